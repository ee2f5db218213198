package cn.ucloud.csi.udisk.it.e2e;

import java.net.URI;
import java.util.Optional;

/**
 * What differs from cluster to cluster, from the environment.
 *
 * @param image {@code E2E_IMAGE}: has sh, and is to be had in the cluster
 * @param filesystem {@code E2E_FSTYPE}
 * @param type {@code E2E_TYPE}: of the disks that are made
 * @param region {@code E2E_SIMULATOR}: where a simulated region is the cloud, its address; what
 *     needs hands in the console is not tried elsewhere
 * @param killController {@code E2E_KILL_CONTROLLER}: kills the process that has the lease, whose
 *     name is {@code $HOLDER}; without it the pod of this name is deleted by force
 * @param killNodePlugin {@code E2E_KILL_NODE_PLUGIN}: kills the plugin of {@code $NODE}; without it
 *     its pod is deleted by force
 * @param stopNode {@code E2E_STOP_NODE}: stops {@code $NODE} as a power cut does
 * @param startNode {@code E2E_START_NODE}: starts it again; no node dies where one of the two is
 *     missing
 * @param recoversStoppedHosts {@code E2E_RECOVERS}: whether the driver moves the pods of stopped
 *     hosts by itself
 */
record Settings(
    String image,
    String filesystem,
    String type,
    Optional<URI> region,
    Optional<String> killController,
    Optional<String> killNodePlugin,
    Optional<String> stopNode,
    Optional<String> startNode,
    boolean recoversStoppedHosts) {

  static Settings read() {
    return new Settings(
        find("E2E_IMAGE").orElse("busybox:1.37"),
        find("E2E_FSTYPE").orElse("ext4"),
        find("E2E_TYPE").orElse("ssd"),
        find("E2E_SIMULATOR").map(URI::create),
        find("E2E_KILL_CONTROLLER"),
        find("E2E_KILL_NODE_PLUGIN"),
        find("E2E_STOP_NODE"),
        find("E2E_START_NODE"),
        find("E2E_RECOVERS").filter("true"::equals).isPresent());
  }

  private static Optional<String> find(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
