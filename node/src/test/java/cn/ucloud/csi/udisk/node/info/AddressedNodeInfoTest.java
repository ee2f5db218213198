package cn.ucloud.csi.udisk.node.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AddressedNodeInfoTest {
  private static final NodeId ADDRESS = new NodeId("10.9.0.1");

  private static NodeInfo read(String... addresses) {
    NodeInfo instance =
        new NodeInfo(
            new NodeId("uhost-a"), new Topology("r", "z", true), List.of(addresses), List.of());
    return new AddressedNodeInfo(() -> instance, ADDRESS).read();
  }

  @Test
  void theNodeIsCalledByItsAddressAndIsOtherwiseTheSame() {
    NodeInfo info = read("10.9.7.7", "10.9.0.1");
    assertThat(info.id()).isEqualTo(ADDRESS);
    assertThat(info.topology()).isEqualTo(new Topology("r", "z", true));
  }

  @Test
  void anAddressOfAnotherMachineIsRefused() {
    assertThatThrownBy(() -> read("10.9.0.2"))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("10.9.0.1")
        .hasMessageContaining("uhost-a")
        .hasMessageContaining("10.9.0.2");
  }

  @Test
  void whereTheMetadataNameNoAddressTheFlagIsBelieved() {
    assertThat(read().id()).isEqualTo(ADDRESS);
  }
}
