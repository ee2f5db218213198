package cn.ucloud.csi.udisk.orchestrator.object;

import java.util.Map;

/**
 * What kubelet writes into CSINode and the Node's labels when a driver registers.
 *
 * @param nodeName the name in the cluster
 * @param nodeId the name that the driver's controller knows
 * @param maxVolumes 0 if the driver sets no limit
 */
public record NodeRegistration(
    String nodeName, String nodeId, Map<String, String> topology, long maxVolumes) {

  public NodeRegistration {
    topology = Map.copyOf(topology);
  }
}
