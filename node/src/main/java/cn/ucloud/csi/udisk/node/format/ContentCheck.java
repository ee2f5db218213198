package cn.ucloud.csi.udisk.node.format;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.DiskContent;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Blank;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Filesystem;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Unreadable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import java.util.Optional;

/** Whether what is on a disk may be used as the filesystem of a volume. */
final class ContentCheck {
  private ContentCheck() {}

  /**
   * Whose filesystem it is.
   *
   * @throws PreconditionFailed if none that the volume may use
   * @throws Unavailable if it could not be found out
   */
  static Owner accept(
      AllowedUuids lineage, FilesystemType wanted, BlockDevice device, DiskContent content) {
    VolumeId volume = lineage.volume();
    return switch (content) {
      case Filesystem(String type, Optional<String> uuid) -> {
        if (!type.equals(wanted.toString())) {
          throw refused(volume, device, "holds " + type + ", but " + wanted + " is asked for");
        }
        Owner owner = lineage.ownerOf(uuid);
        if (owner == Owner.OTHER_VOLUME) {
          throw refused(
              volume,
              device,
              "carries the stamp of another volume, "
                  + uuid.orElseThrow()
                  + ", and not that of "
                  + lineage
                  + ". It is the wrong disk, or a copy whose volume attributes do not say content:"
                  + " copy and source: the id of the volume that was last mounted with it");
        }
        yield owner;
      }
      case Foreign(String what) -> throw refused(volume, device, "holds " + what);
      case Unreadable(String why) ->
          throw new Unavailable("cannot read " + device + " of volume " + volume + ": " + why);
      case Blank() -> throw new IllegalStateException("a blank disk is formatted, not accepted");
    };
  }

  static PreconditionFailed refused(VolumeId volume, BlockDevice device, String problem) {
    return new PreconditionFailed(
        "volume " + volume + " is neither mounted nor formatted: " + device + " " + problem);
  }
}
