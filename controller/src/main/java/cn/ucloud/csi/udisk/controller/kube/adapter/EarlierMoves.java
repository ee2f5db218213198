package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import cn.ucloud.csi.udisk.controller.kube.record.AttachmentRecord;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The disks that were there and not attached for good when this process had begun to act: a process
 * before it may have been asked to attach or detach them. By what was listed then, because no two
 * machines' clocks are compared.
 */
public final class EarlierMoves {
  private final Informer<VolumeRecord> volumes;
  private final Informer<AttachmentRecord> attachments;
  private volatile @Nullable Set<VolumeId> disks;

  public EarlierMoves(Informer<VolumeRecord> volumes, Informer<AttachmentRecord> attachments) {
    this.volumes = volumes;
    this.attachments = attachments;
  }

  /**
   * Looks which they are; to be called once all is known, by what was listed when no other process
   * could act any more.
   */
  public void begin() {
    Set<VolumeId> attached = new HashSet<>();
    Set<VolumeId> unsettled = new HashSet<>();
    for (AttachmentRecord attachment : attachments.all()) {
      if (attachment.isOurs()) {
        Optional<VolumeId> disk = attachment.findDisk(volumes);
        if (disk.isEmpty()) {
          return; // it may be of any
        }
        (attachment.told() != null ? attached : unsettled).add(disk.get());
      }
    }
    volumes.all().stream()
        .flatMap(volume -> volume.findDisk().stream())
        .filter(disk -> !attached.contains(disk))
        .forEach(unsettled::add);
    disks = unsettled;
  }

  /** True also until they are known. */
  boolean mayHave(VolumeId disk) {
    Set<VolumeId> known = disks;
    return known == null || known.contains(disk);
  }
}
