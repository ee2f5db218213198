package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

  @ParameterizedTest
  @ValueSource(strings = {"bsm-abc123", "bs-qg55w254", "bsi-a", "10.9.184.108"})
  void noPrefixIsRequired(String id) {
    assertThat(new VolumeId(id)).hasToString(id);
    assertThat(new NodeId(id)).hasToString(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../bsm-1", "bsm/1", "bsm 1", "-bsm", "bsm\n1", "数据盘"})
  void whatCouldLeaveADirectoryOrALineIsNoId(String id) {
    assertThatThrownBy(() -> new VolumeId(id))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("volume_id ");
    assertThatThrownBy(() -> new NodeId(id))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("node_id ");
  }

  @Test
  void anIdHasAtMost128Letters() {
    assertThat(new VolumeId("b".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> new VolumeId("b".repeat(129))).isInstanceOf(InvalidRequest.class);
  }

  @ParameterizedTest
  @CsvSource({"uhost-1, false", "uphost-1, true", "upm-1, true", "10.9.184.108, false"})
  void bareMetalIsKnownByItsId(String id, boolean isBareMetal) {
    assertThat(new NodeId(id).isBareMetal()).isEqualTo(isBareMetal);
  }
}
