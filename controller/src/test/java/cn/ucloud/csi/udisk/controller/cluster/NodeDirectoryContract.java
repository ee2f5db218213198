package cn.ucloud.csi.udisk.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the driver's tests rely on in {@link NodeDirectory}. */
public abstract class NodeDirectoryContract {
  private static final NodeId ADDRESS = new NodeId("10.9.0.1");

  protected abstract NodeDirectory directory();

  /**
   * A Node is there.
   *
   * @param instance empty if it is not written on the node
   */
  protected abstract void node(NodeId address, Optional<NodeId> instance);

  /** All that is there is known from now on. */
  protected abstract void know();

  @Test
  void beforeTheNodesAreKnownNothingIsConcluded() {
    node(ADDRESS, Optional.of(new NodeId("uhost-a")));
    assertThatThrownBy(() -> directory().findInstance(ADDRESS)).isInstanceOf(Unavailable.class);
  }

  @Test
  void aNodeTellsTheInstanceBehindItsAddress() {
    node(ADDRESS, Optional.of(new NodeId("uhost-a")));
    node(new NodeId("10.9.0.2"), Optional.of(new NodeId("upm-c")));
    know();
    assertThat(directory().findInstance(ADDRESS)).hasValue(new NodeId("uhost-a"));
    assertThat(directory().findInstance(new NodeId("10.9.0.2"))).hasValue(new NodeId("upm-c"));
  }

  @Test
  void noNodeAndOneWithoutAnInstanceTellNone() {
    node(ADDRESS, Optional.empty());
    know();
    assertThat(directory().findInstance(ADDRESS)).isEmpty();
    assertThat(directory().findInstance(new NodeId("10.9.0.9"))).isEmpty();
  }
}
