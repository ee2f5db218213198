package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishContextTest {
  @Test
  void whatTheControllerWritesTheNodeReads() {
    var written = PublishContext.of(DeviceName.parse("vdc"), DiskSize.ofGib(40));
    assertThat(written.toMap())
        .containsExactly(Map.entry("deviceName", "vdc"), Map.entry("sizeGiB", "40"));
    assertThat(PublishContext.from(written.toMap())).isEqualTo(written);
  }

  @Test
  void anEmptyOrForeignContextIsReadAsNothingKnown() {
    var context = PublishContext.from(Map.of("somethingElse", "x", "deviceName", " "));
    assertThat(context.deviceName()).isEmpty();
    assertThat(context.size()).isEmpty();
  }

  @Test
  void theDevicePathIsAcceptedAsName() {
    assertThat(DeviceName.parse(" /dev/VDB\n")).isEqualTo(new DeviceName("vdb"));
    assertThat(DeviceName.parse("vdb").serial()).isEqualTo("UCLOUD_DISK_VDB");
  }

  @Test
  void nonsenseIsRefusedByKey() {
    assertThatThrownBy(() -> PublishContext.from(Map.of("sizeGiB", "-3")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("publish_context.sizeGiB");
    assertThatThrownBy(() -> PublishContext.from(Map.of("deviceName", "../sda")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("must look like vdb");
  }
}
