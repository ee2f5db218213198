package cn.ucloud.csi.udisk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class VolumeUuidTest {
  private final VolumeUuid stamp = VolumeUuid.of(new VolumeId("bsm-anma5icoqmd"));

  @Test
  void stampNeverChanges() {
    // If this fails, every filesystem made before is a stranger's.
    assertThat(stamp.toString()).isEqualTo("047c93ef-243c-59a1-ad09-944439740466");
  }

  @Test
  void stampIsAVersion5Uuid() {
    assertThat(stamp.uuid().version()).isEqualTo(5);
    assertThat(stamp.uuid().variant()).isEqualTo(2);
  }

  @Test
  void ownersAreTold() {
    String other = VolumeUuid.of(new VolumeId("bsm-other")).toString();
    assertThat(stamp.ownerOf(Optional.of(stamp.toString()))).isEqualTo(Owner.THIS_VOLUME);
    assertThat(stamp.ownerOf(Optional.of(other))).isEqualTo(Owner.OTHER_VOLUME);
    assertThat(stamp.ownerOf(Optional.of("35df95a0-9898-4068-80c2-c4f9397e5795")))
        .isEqualTo(Owner.NOT_STAMPED);
    assertThat(stamp.ownerOf(Optional.of("1234-ABCD"))).isEqualTo(Owner.NOT_STAMPED);
    assertThat(stamp.ownerOf(Optional.empty())).isEqualTo(Owner.NOT_STAMPED);
  }
}
