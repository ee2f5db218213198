package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disks on hosts where they are not wanted any more: the one proof that nobody uses them there, for
 * whoever attaches them elsewhere or deletes them (decision 12).
 */
public final class ForceDetach {
  private static final Logger LOG = LoggerFactory.getLogger(ForceDetach.class);

  private final ForceDetachPolicy forceDetachPolicy;
  private final GoneHosts goneHosts;
  private final DetachVolume detachment;
  private final EventRecorder events;

  public ForceDetach(
      ForceDetachPolicy forceDetachPolicy,
      GoneHosts goneHosts,
      DetachVolume detachment,
      EventRecorder events) {
    this.forceDetachPolicy = forceDetachPolicy;
    this.goneHosts = goneHosts;
    this.detachment = detachment;
    this.events = events;
  }

  /**
   * Takes the disk from the host that has it if nobody there uses it. Does nothing if {@code
   * wanted} has it, or nobody.
   *
   * @return whether it was taken
   * @throws AttachedElsewhere if another host has it and keeps it; nothing was sent then
   */
  boolean takeTo(NodeId wanted, UDisk disk, Progress progress) {
    return !disk.isOn(wanted.value()) && release(disk, "wanted on " + wanted, progress);
  }

  /**
   * Takes the disk from the host that has it if nobody there uses it: the cluster's live state
   * proves it, or the host is gone. Does nothing if no host has it.
   *
   * @param purpose what the disk is to be, as in "wanted on uhost-a"
   * @return whether it was taken
   * @throws AttachedElsewhere if that host keeps it; nothing was sent then
   * @throws Unavailable if it cannot be found out now; nothing was sent then
   */
  public boolean release(UDisk disk, String purpose, Progress progress) {
    if (disk.status() != UDiskStatus.INUSE || disk.hostId().isEmpty()) {
      return false;
    }
    String host = disk.hostId().get();
    VolumeId volume = new VolumeId(disk.id());
    progress.at("asking the cluster whether " + host + " uses the disk");
    Optional<String> reason = forceDetachPolicy.findReasonToLeave(volume, host);
    if (reason.isPresent() && !goneHosts.hasLostIts(disk, progress)) {
      throw new AttachedElsewhere(disk.id(), host, reason.get());
    }
    String proof = reason.isPresent() ? "that host no longer exists" : "nobody there uses it";
    String sentence =
        "volume %s is %s and is detached from %s, because %s"
            .formatted(volume, purpose, host, proof);
    LOG.warn(sentence);
    events.about(volume, new VolumeEvent(Reason.DETACHED_UNUSED, sentence));
    detachment.detach(volume, Optional.of(new NodeId(host)), progress);
    return true;
  }
}
