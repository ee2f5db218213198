package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ChargeType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.List;

/** What whoever claimed a volume should know of its making. */
public final class CreationEvents {
  private final EventRecorder events;

  public CreationEvents(EventRecorder events) {
    this.events = events;
  }

  /** The disk that was ordered is there. */
  void made(VolumeSpec spec, UDisk disk) {
    long required = spec.capacity().requiredBytes();
    if (required > 0 && disk.size().bytes() > required) {
      tell(
          spec,
          Reason.SIZE_ROUNDED,
          "%s were made for %.1f GiB: UDisks are made and billed in steps of 10 GiB, this one %s"
              .formatted(disk.size(), required / (double) (1L << 30), paidBy(spec.plan().terms())));
    }
    List<DiskType> wanted = spec.plan().types();
    if (spec.source().isEmpty()
        && disk.type().isPresent()
        && disk.type().get() != wanted.getFirst()) {
      tell(
          spec,
          Reason.OTHER_TYPE_MADE,
          "a disk of type %s was made, because %s is sold out in zone %s"
              .formatted(
                  disk.type().get().className(), wanted.getFirst().className(), disk.zone()));
    }
  }

  /** No such disk can be had for the node that was selected. */
  void refused(VolumeSpec spec, String why) {
    tell(
        spec,
        Reason.RESCHEDULING,
        why + "; where a node was selected for the pod, the scheduler chooses again");
  }

  /** What it is to be a copy of is where no disk is asked for: no other node would help. */
  void forceDetach(VolumeSpec spec, String why) {
    tell(spec, Reason.SOURCE_ELSEWHERE, why);
  }

  /** A volume in use is cloned. */
  void madeOfSnapshot(VolumeSpec spec, VolumeId source, SnapshotId interim) {
    tell(
        spec,
        Reason.CLONED_BY_SNAPSHOT,
        "volume %s is attached to a node, so its clone is made of snapshot %s, which was taken now and is removed when the clone is there; both take as long as the cloud takes for a snapshot and its restoring, and a filesystem in it is as after a power cut"
            .formatted(source, interim));
  }

  /** One that was made for it before has been deleted. */
  void replaced(VolumeSpec spec, UDisk disk, String unfit) {
    tell(
        spec,
        Reason.UNUSABLE_DISK_DELETED,
        ("disk %s was made for this claim and %s; no persistent volume names it, so it was deleted,"
                + " and another one is made")
            .formatted(disk.id(), unfit));
  }

  void duplicates(VolumeSpec spec, List<String> ids) {
    tell(
        spec,
        Reason.DUPLICATE_DISKS,
        "%d disks are named %s; %s is the volume, the others are left alone and cost money: %s"
            .formatted(
                ids.size(),
                spec.name().marked(),
                ids.getFirst(),
                String.join(", ", ids.subList(1, ids.size()))));
  }

  private void tell(VolumeSpec spec, Reason reason, String text) {
    spec.placement().claim().ifPresent(claim -> events.about(claim, new VolumeEvent(reason, text)));
  }

  private static String paidBy(DiskTerms terms) {
    return terms.chargeType() == ChargeType.DYNAMIC
        ? "by the hour"
        : "for %d %s(s) at once".formatted(terms.quantity(), terms.chargeType().className());
  }
}
