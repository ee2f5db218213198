package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disks that are wanted on one host and are on another (decision 12). */
final class Elsewhere {
  private static final Logger LOG = LoggerFactory.getLogger(Elsewhere.class);

  private final Custody custody;
  private final IdempotentDetachment detachment;

  Elsewhere(Custody custody, IdempotentDetachment detachment) {
    this.custody = custody;
    this.detachment = detachment;
  }

  /**
   * Takes the disk from the host that has it if the cluster proves that nobody there uses it. Does
   * nothing if {@code wanted} has it, or nobody.
   *
   * @return whether it was taken
   * @throws AttachedElsewhere if another host has it and keeps it; nothing was sent then
   */
  boolean takeTo(NodeId wanted, UDisk disk, Progress progress) {
    if (disk.status() != UDiskStatus.INUSE
        || disk.hostId().isEmpty()
        || disk.isOn(wanted.value())) {
      return false;
    }
    String host = disk.hostId().get();
    VolumeId volume = new VolumeId(disk.id());
    progress.at("asking the cluster whether " + host + " uses the disk");
    Optional<String> reason = custody.findReasonToLeave(volume, host);
    if (reason.isPresent()) {
      throw new AttachedElsewhere(disk.id(), host, reason.get());
    }
    LOG.warn(
        "taking {} off {}: nobody there uses it, and it is wanted on {}", volume, host, wanted);
    detachment.detach(volume, Optional.of(new NodeId(host)), progress);
    return true;
  }
}
