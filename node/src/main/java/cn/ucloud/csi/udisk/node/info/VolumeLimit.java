package cn.ucloud.csi.udisk.node.info;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * How many volumes of this driver have room on this node.
 *
 * <p>The scheduler itself counts the volumes of this driver that are attached. What it cannot see
 * is subtracted here: disks that somebody attached by hand, which take up a place as well. The boot
 * disk takes none of the places that UCloud's limit counts.
 */
public final class VolumeLimit {
  /** How the provisioner names volumes, with or without the cluster's mark behind it. */
  private static final Pattern OUR_NAME =
      Pattern.compile("pvc-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(_.*)?");

  private final int places;
  private final KubeletVolumes kubelet;

  /**
   * @param places for disks on a host, besides the boot disk
   */
  public VolumeLimit(int places, KubeletVolumes kubelet) {
    this.places = places;
    this.kubelet = kubelet;
  }

  /** At least 1, because to Kubernetes 0 means that there is no limit. */
  public int of(NodeInfo node) {
    Set<String> handles = kubelet.handles();
    long others =
        node.disks().stream()
            .filter(disk -> !disk.boot())
            .filter(disk -> !handles.contains(disk.id().value()))
            .filter(disk -> !OUR_NAME.matcher(disk.name()).matches())
            .count();
    return (int) Math.max(1, places - others);
  }
}
