package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.NodeId;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeDriver;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What kubelet writes on a CSINode. */
public final class CsiNodes {
  private CsiNodes() {}

  /** Whether this driver is registered there. */
  static boolean hasDriver(CSINode node) {
    return findDriver(node).isPresent();
  }

  /** By which id this driver is registered there. */
  public static Optional<NodeId> findNodeId(CSINode node) {
    return findDriver(node).flatMap(driver -> id(driver.getNodeID()));
  }

  private static Optional<CSINodeDriver> findDriver(CSINode node) {
    return Stream.ofNullable(node.getSpec())
        .flatMap(spec -> spec.getDrivers().stream())
        .filter(driver -> IdentityService.DRIVER_NAME.equals(driver.getName()))
        .findFirst();
  }

  /** An id that somebody wrote; empty if it is none. */
  static Optional<NodeId> id(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(NodeId::new);
    } catch (InvalidRequest e) { // none of ours
      return Optional.empty();
    }
  }
}
