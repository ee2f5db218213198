package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.polling.Poller;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells whether the host that has a disk exists in the cloud no longer: then nobody uses the disk
 * there (decision 12).
 */
public final class GoneHosts {
  /** Longer than a host that was just made stays unlisted. */
  private static final Duration APART = Duration.ofSeconds(10);

  private final DiskApi disks;
  private final ForceDetachPolicy forceDetachPolicy;
  private final Poller poller;

  public GoneHosts(DiskApi disks, ForceDetachPolicy forceDetachPolicy, Poller poller) {
    this.disks = disks;
    this.forceDetachPolicy = forceDetachPolicy;
    this.poller = poller;
  }

  /**
   * Whether its host is gone: two rounds of reads, ten seconds apart, in which neither host API
   * knows it and the disk is shown on it all the same. With other keys, or in another project, the
   * disk would not be shown. False also if a node that calls itself that host is Ready, or if the
   * disk is on none.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if any of this cannot be
   *     read now
   */
  boolean hasLostIts(UDisk disk, Progress progress) {
    Optional<NodeId> host = disk.hostId().flatMap(GoneHosts::instance);
    if (host.isEmpty() || !isUnknown(host.get(), disk) || forceDetachPolicy.isReady(host.get())) {
      return false;
    }
    progress.at(
        "host %s is not found; waiting %d s before it is looked for again"
            .formatted(host.get(), APART.toSeconds()));
    poller.sleep(APART);
    return isUnknown(host.get(), disk) && !forceDetachPolicy.isReady(host.get());
  }

  /** One round. The disk is read last: what hid the host would hide the disk as well. */
  private boolean isUnknown(NodeId host, UDisk disk) {
    return !disks.isHost(host)
        && disks.find(new VolumeId(disk.id())).filter(now -> now.isOn(host.value())).isPresent();
  }

  /** Of other kinds of hosts the two APIs would not know any. */
  private static Optional<NodeId> instance(String id) {
    try {
      return Optional.of(new NodeId(id)).filter(NodeId::isInstance);
    } catch (InvalidRequest e) { // odd, so nothing is known of it
      return Optional.empty();
    }
  }
}
