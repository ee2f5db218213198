package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"vdb", " vdb\n", "VDB", "/dev/vdb", "/dev/VDB"})
  void everySpellingOfOneLetterGivesItsSerial(String text) {
    assertThat(DeviceName.parse(text).serial()).isEqualTo("UCLOUD_DISK_VDB");
    assertThat(DeviceName.find(text)).hasValue(new DeviceName("vdb"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "vd", "sdb", "vdabc", "vd1", "../vdb", "/dev/../vdb", "vdb vdc"})
  void whatIsNoLetterIsFoundOut(String text) {
    assertThat(DeviceName.find(text)).isEmpty();
    assertThatThrownBy(() -> DeviceName.parse(text))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("must look like vdb");
  }
}
