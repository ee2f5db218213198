package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VolumeContextTest {
  private static final Optional<VolumeId> SOURCE = Optional.of(new VolumeId("bsm-1"));

  @Test
  void whatIsWrittenIsRead() {
    assertThat(VolumeContext.from(VolumeContext.ofBlankDisk("ssd")))
        .isEqualTo(new VolumeContext(true, Optional.empty()));
    assertThat(VolumeContext.from(VolumeContext.ofCopy(Optional.of("ssd"), SOURCE)))
        .isEqualTo(new VolumeContext(false, SOURCE));
    assertThat(VolumeContext.from(VolumeContext.ofCopy(Optional.empty(), Optional.empty())))
        .isEqualTo(new VolumeContext(false, Optional.empty()));
  }

  @Test
  void otherDriversContextsSayNothing() {
    assertThat(VolumeContext.from(Map.of("type", "ssd", "source", "x y")))
        .isEqualTo(new VolumeContext(false, Optional.empty()));
  }
}
