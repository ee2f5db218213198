package cn.ucloud.csi.udisk.it.e2e;

import java.net.URI;
import java.util.Optional;

/**
 * What differs from cluster to cluster, from the environment.
 *
 * @param image {@code E2E_IMAGE}: has sh, and is to be had in the cluster
 * @param filesystem {@code E2E_FSTYPE}
 * @param type {@code E2E_TYPE}: of the disks that are made
 * @param console {@code E2E_SIMULATOR}: where a simulated region is the cloud, its address; what
 *     needs hands in the console is not tried elsewhere
 */
record Settings(String image, String filesystem, String type, Optional<URI> console) {

  static Settings read() {
    return new Settings(
        find("E2E_IMAGE").orElse("busybox:1.37"),
        find("E2E_FSTYPE").orElse("ext4"),
        find("E2E_TYPE").orElse("ssd"),
        find("E2E_SIMULATOR").map(URI::create));
  }

  private static Optional<String> find(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }
}
