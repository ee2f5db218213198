package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankCheck;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.blank.BlkidProbe;
import cn.ucloud.csi.udisk.node.blank.DiskContent;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Blank;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Filesystem;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Unreadable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.Stamp.Owner;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import java.util.Optional;

/**
 * Sees to it that a disk holds the filesystem of its volume, and makes one only on a disk that is
 * certainly empty.
 *
 * <p>Formats if and only if all of this holds: the cloud says how large the disk is and the device
 * is exactly that large; nobody else on this host holds it; {@link BlankCheck} says blank, while it
 * is held. The one exception is a format of our own that was cut short ({@link FormattingRecords}).
 */
public final class Formatter {
  private final BlkidProbe blkid;
  private final BlankCheck blankCheck;
  private final Ext4 ext4;
  private final FormattingRecords records;

  public Formatter(BlkidProbe blkid, BlankCheck blankCheck, Ext4 ext4, StateDirectory state) {
    this.blkid = blkid;
    this.blankCheck = blankCheck;
    this.ext4 = ext4;
    this.records = new FormattingRecords(state);
  }

  /**
   * Makes sure the device holds an ext4 filesystem that this volume may use, and says whose it is.
   * Can be repeated after any failure.
   *
   * @param size what the cloud says; without it nothing is ever formatted
   * @throws Forbidden if the disk holds anything else; it was not written to
   * @throws Unavailable if the disk cannot be read or is in use; it was not written to
   * @throws OutcomeUnknown if mkfs failed
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut if mkfs did not end
   */
  public Owner ensure(
      VolumeId volume, BlockDevice device, Optional<DiskSize> size, BlankRule rule) {
    if (records.isBegun(volume, device)) {
      finish(volume, device);
      return Owner.THIS_VOLUME;
    }
    Optional<DiskContent> content = blkid.probe(device);
    if (content.isPresent()) {
      return accept(volume, device, content.get());
    }
    format(volume, device, size, rule);
    return Owner.THIS_VOLUME;
  }

  /**
   * Whose filesystem is on the device, which may be mounted.
   *
   * @throws Forbidden if none that this volume may use
   */
  public Owner requireUsable(VolumeId volume, BlockDevice device) {
    DiskContent content =
        blkid.probe(device).orElse(new Foreign("nothing that blkid knows, or nothing readable"));
    return accept(volume, device, content);
  }

  private static Owner accept(VolumeId volume, BlockDevice device, DiskContent content) {
    return switch (content) {
      case Filesystem(String type, Optional<String> uuid) -> {
        if (!type.equals(Ext4.TYPE)) {
          throw refused(volume, device, "holds " + type + ", but " + Ext4.TYPE + " is asked for");
        }
        Owner owner = Stamp.of(volume).ownerOf(uuid);
        if (owner == Owner.OTHER_VOLUME) {
          throw refused(
              volume, device, "carries the stamp of another volume, " + uuid.orElseThrow());
        }
        yield owner;
      }
      case Foreign(String what) -> throw refused(volume, device, "holds " + what);
      case Unreadable(String why) ->
          throw new Unavailable("cannot read " + device + " of volume " + volume + ": " + why);
      case Blank() -> throw new IllegalStateException("a blank disk is formatted, not accepted");
    };
  }

  private static Forbidden refused(VolumeId volume, BlockDevice device, String problem) {
    return new Forbidden(
        "volume " + volume + " is neither mounted nor formatted: " + device + " " + problem);
  }

  private void format(
      VolumeId volume, BlockDevice device, Optional<DiskSize> size, BlankRule rule) {
    DiskSize promised =
        size.orElseThrow(() ->
            refused(
                volume,
                device,
                "holds no filesystem, and the publish context does not say how large it must"
                    + " be, without which nothing is formatted"));
    if (device.bytes() != promised.bytes()) {
      throw refused(
          volume,
          device,
          "holds no filesystem and has "
              + device.bytes()
              + " bytes, not the "
              + promised
              + " that the cloud says");
    }
    try (ExclusiveHold _ = ExclusiveHold.of(device.node())) {
      DiskContent content = blankCheck.examine(device, rule);
      if (content instanceof Foreign(String what)) {
        throw refused(
            volume,
            device,
            "holds "
                + what
                + " (if a reboot or detach cut short its first formatting, nothing can"
                + " prove that any more; wipe it by hand, or delete the volume)");
      }
      if (!(content instanceof Blank)) {
        var _ = accept(volume, device, content);
        throw new Unavailable(device + " changed while it was looked at");
      }
      records.begin(volume, device);
    }
    make(volume, device);
  }

  /** A format of ours was cut short in this very attachment: completes it, or does it again. */
  private void finish(VolumeId volume, BlockDevice device) {
    Stamp stamp = Stamp.of(volume);
    try (ExclusiveHold _ = ExclusiveHold.of(device.node())) {
      Optional<DiskContent> content = blkid.probe(device);
      if (content.isPresent() && !isStamped(content.get(), stamp)) {
        var _ = accept(volume, device, content.get());
        throw refused(volume, device, "was changed by somebody while it was being formatted");
      }
      if (content.isPresent() && Ext4Superblock.wasEverMounted(device)) {
        records.end(volume);
        return;
      }
      // Without a superblock there is nothing to check; mkfs writes it last.
      if (content.isPresent() && ext4.isSound(device)) {
        records.end(volume);
        return;
      }
    }
    make(volume, device);
  }

  /** The exclusive hold has just ended, because mkfs takes its own and would refuse ours. */
  private void make(VolumeId volume, BlockDevice device) {
    Stamp stamp = Stamp.of(volume);
    ext4.make(device, stamp);
    if (blkid.probe(device).filter(content -> isStamped(content, stamp)).isEmpty()) {
      throw new OutcomeUnknown(
          "mkfs.ext4 reported success, but " + device + " does not carry " + stamp);
    }
    records.end(volume);
  }

  private static boolean isStamped(DiskContent content, Stamp stamp) {
    return content instanceof Filesystem(String type, Optional<String> uuid)
        && type.equals(Ext4.TYPE)
        && stamp.ownerOf(uuid) == Owner.THIS_VOLUME;
  }
}
