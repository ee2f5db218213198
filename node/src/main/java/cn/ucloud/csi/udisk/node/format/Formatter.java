package cn.ucloud.csi.udisk.node.format;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankCheck;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.blank.BlkidProbe;
import cn.ucloud.csi.udisk.node.blank.DiskContent;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Blank;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Filesystem;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DiskHolders;
import cn.ucloud.csi.udisk.node.device.MetadataDeviceCheck;
import cn.ucloud.csi.udisk.node.filesystem.Filesystems;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.state.InProgressMarker;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import java.util.Optional;

/**
 * Sees to it that a disk holds the filesystem of its volume, and makes one only on a disk that is
 * certainly empty.
 *
 * <p>Formats if and only if all of this holds: the cloud says how large the disk is and the device
 * is not smaller; if it is larger, as one that was expanded since it was attached, it is full of
 * zeros wherever that is looked at, whatever else counts as blank; the metadata server does not say
 * that the volume has another letter; nobody else on this host holds it; {@link BlankCheck} says
 * blank, while it is held. The one exception is a format of our own that was cut short ({@link
 * InProgressMarker}). A copy is never formatted, whatever is on it.
 */
public final class Formatter {
  private final DiskHolders holders;
  private final MetadataDeviceCheck letters;
  private final BlkidProbe blkid;
  private final BlankCheck blankCheck;
  private final Filesystems filesystems;
  private final InProgressMarker records;
  private final OwnFilesystem own;

  public Formatter(
      DiskHolders holders,
      MetadataDeviceCheck letters,
      BlkidProbe blkid,
      BlankCheck blankCheck,
      Filesystems filesystems,
      StateDirectory state) {
    this.holders = holders;
    this.letters = letters;
    this.blkid = blkid;
    this.blankCheck = blankCheck;
    this.filesystems = filesystems;
    this.records = InProgressMarker.formatting(state);
    this.own = new OwnFilesystem(filesystems);
  }

  /**
   * The filesystem on a device.
   *
   * @param owner whose stamp it carries
   * @param isNew whether it was made and proved by this very call, so that nothing can be wrong
   *     with it that a check would find
   */
  public record FormatResult(Owner owner, boolean isNew) {}

  /**
   * Makes sure the device holds a filesystem that this volume may use. Can be repeated after any
   * failure.
   *
   * @throws PreconditionFailed if the disk holds anything else; it was not written to
   * @throws Unavailable if the disk cannot be read or is in use, or a blank one is said to have
   *     another letter; it was not written to
   * @throws HostRefused if mkfs could not be started; the disk was not written to
   * @throws OutcomeUnknown if mkfs failed
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut if mkfs did not end
   */
  public FormatResult ensure(FormatSpec spec, BlockDevice device) {
    if (spec.rule().isPresent() && records.isBegun(spec.volume(), device)) {
      return new FormatResult(Owner.THIS_VOLUME, finish(spec, device));
    }
    Optional<DiskContent> content = look(spec.lineage(), spec.type(), device);
    if (content.isPresent()) {
      return new FormatResult(
          ContentCheck.accept(spec.lineage(), spec.type(), device, content.get()), false);
    }
    if (spec.rule().isEmpty()) {
      throw withoutContent(spec, device);
    }
    format(spec, spec.rule().get(), device);
    return new FormatResult(Owner.THIS_VOLUME, true);
  }

  /** What is on the disk; empty is not blank, see {@link BlkidProbe#probe}. */
  private Optional<DiskContent> look(
      AllowedUuids lineage, FilesystemType type, BlockDevice device) {
    return own.find(lineage, type, device).or(() -> blkid.probe(device));
  }

  /** Whatever a blank check says of a copy, formatting it would hide that a restore has failed. */
  private DriverException withoutContent(FormatSpec spec, BlockDevice device) {
    DiskContent content = blankCheck.examine(device, BlankRule.ZEROS);
    if (content instanceof Blank) {
      return ContentCheck.refused(
          spec.volume(),
          device,
          "holds nothing, and the volume is a copy"
              + spec.lineage().copyOf().map(source -> " of " + source).orElse("")
              + ", which is never formatted: most likely its source had never been used by a pod"
              + " when it was copied. Use an empty volume instead");
    }
    var _ = ContentCheck.accept(spec.lineage(), spec.type(), device, content);
    return new Unavailable(device + " changed while it was inspected");
  }

  /**
   * Whose filesystem is mounted from the device. Mounting has proved that there is one; only its
   * superblock is read again.
   *
   * @param type that the kernel mounted it as
   * @throws PreconditionFailed if none that this volume may use
   * @throws Unavailable if the disk cannot be read
   */
  public Owner requireUsableMounted(AllowedUuids lineage, FilesystemType type, BlockDevice device) {
    DiskContent content =
        filesystems
            .of(type)
            .findUuid(device)
            .<DiskContent>map(uuid -> new Filesystem(type.toString(), Optional.of(uuid.toString())))
            .orElse(new Foreign("no superblock of " + type + " any more"));
    return ContentCheck.accept(lineage, type, device, content);
  }

  /**
   * Whose filesystem is on the device, which may be mounted.
   *
   * @throws PreconditionFailed if none that this volume may use
   */
  public Owner requireUsable(AllowedUuids lineage, FilesystemType type, BlockDevice device) {
    DiskContent content =
        look(lineage, type, device)
            .orElse(new Foreign("nothing that blkid knows, or nothing readable"));
    return ContentCheck.accept(lineage, type, device, content);
  }

  /**
   * Whose filesystem is on a device that is not formatted.
   *
   * @param why not, and what helps
   * @throws PreconditionFailed if none that this volume may use, or none at all
   * @throws Unavailable if the disk cannot be read
   */
  public Owner requireFilled(
      AllowedUuids lineage, FilesystemType type, BlockDevice device, String why) {
    DiskContent content =
        look(lineage, type, device).orElseGet(() -> blankCheck.examine(device, BlankRule.ZEROS));
    if (content instanceof Blank) {
      throw ContentCheck.refused(lineage.volume(), device, "is blank, and " + why);
    }
    return ContentCheck.accept(lineage, type, device, content);
  }

  private void format(FormatSpec spec, BlankRule rule, BlockDevice device) {
    VolumeId volume = spec.volume();
    DiskSize promised =
        spec.size()
            .orElseThrow(() ->
                ContentCheck.refused(
                    volume,
                    device,
                    "holds no filesystem, and the publish context does not say how large it must"
                        + " be, without which nothing is formatted"));
    if (device.bytes() < promised.bytes()) {
      throw ContentCheck.refused(
          volume,
          device,
          "holds no filesystem and has "
              + device.bytes()
              + " bytes, less than the "
              + promised
              + " that the cloud says");
    }
    boolean larger = device.bytes() > promised.bytes();
    letters.requireNotElsewhere(volume, device);
    try (ExclusiveHold _ = holders.hold(device)) {
      DiskContent content = blankCheck.examine(device, larger ? BlankRule.ZEROS : rule);
      if (content instanceof Foreign(String what)) {
        throw ContentCheck.refused(
            volume,
            device,
            "holds "
                + what
                + (larger
                    ? ", and is larger than the "
                        + promised
                        + " that the publish context says. Either the volume was expanded since it"
                        + " was attached, and the disk was written to before: wipe it by hand if"
                        + " nobody needs that; or it is another disk: delete the"
                        + " VolumeAttachment, so that the volume is attached afresh"
                    : "")
                + " (if a reboot or detach cut short its first formatting, nothing can"
                + " prove that any more; wipe it by hand, or delete the volume)");
      }
      if (!(content instanceof Blank)) {
        var _ = ContentCheck.accept(spec.lineage(), spec.type(), device, content);
        throw new Unavailable(device + " changed while it was inspected");
      }
      records.begin(volume, device);
    }
    try {
      make(spec, device);
    } catch (HostRefused | OperationPending e) {
      // Nothing was begun, so whatever is on the disk from now on is not ours.
      records.end(volume);
      throw e;
    }
    prove(spec, device);
  }

  /**
   * A format of ours was cut short in this very attachment: completes it, or does it again, and
   * says whether it did.
   */
  private boolean finish(FormatSpec spec, BlockDevice device) {
    try (ExclusiveHold _ = holders.hold(device)) {
      Optional<DiskContent> content = look(spec.lineage(), spec.type(), device);
      if (content.isPresent() && !isStamped(content.get(), spec)) {
        var _ = ContentCheck.accept(spec.lineage(), spec.type(), device, content.get());
        throw ContentCheck.refused(
            spec.volume(), device, "was changed by somebody while it was being formatted");
      }
      // Without a superblock there is nothing to check; mkfs writes it last.
      if (content.isPresent() && filesystems.of(spec.type()).isComplete(device)) {
        records.end(spec.volume());
        return false;
      }
    }
    make(spec, device);
    prove(spec, device);
    return true;
  }

  /** The exclusive hold has just ended, because mkfs takes its own and would refuse ours. */
  private void make(FormatSpec spec, BlockDevice device) {
    filesystems.of(spec.type()).make(device, VolumeUuid.of(spec.volume()), spec.options());
  }

  private void prove(FormatSpec spec, BlockDevice device) {
    if (look(spec.lineage(), spec.type(), device)
        .filter(content -> isStamped(content, spec))
        .isEmpty()) {
      throw new OutcomeUnknown(
          "mkfs reported success, but "
              + device
              + " does not hold "
              + spec.type()
              + " with the UUID "
              + VolumeUuid.of(spec.volume()));
    }
    records.end(spec.volume());
  }

  private static boolean isStamped(DiskContent content, FormatSpec spec) {
    return content instanceof Filesystem(String type, Optional<String> uuid)
        && type.equals(spec.type().toString())
        && VolumeUuid.of(spec.volume()).ownerOf(uuid) == Owner.THIS_VOLUME;
  }
}
