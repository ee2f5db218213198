package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** What is done to filesystems of one type; whether it may be done is decided elsewhere. */
public interface FilesystemTools {

  /**
   * Makes a filesystem on the whole disk, with the features of the oldest kernel we support,
   * whatever the program's own defaults are, and without discarding blocks.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if the program could not
   *     be started, so the disk is as it was
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if it failed, so the
   *     disk may hold a part of a filesystem
   */
  void make(BlockDevice device, VolumeUuid stamp, MkfsOptions options);

  /**
   * Whether a filesystem that carries our stamp was made to the end, if its making may have been
   * cut short. Changes nothing. When in doubt the answer is yes, and it is not made again.
   */
  default boolean isComplete(BlockDevice device) {
    return true;
  }

  /**
   * Brings a filesystem that is not mounted into a state fit for mounting, as far as that is safe
   * without asking anybody; does nothing for types whose journal is all that ever needs it.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed if a person has to
   *     decide what to do about the damage
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if it could not be checked
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if its disk answers with
   *     errors
   */
  default void repair(BlockDevice device) {}

  /**
   * Whether the filesystem has a log that only a mount can bring to its end, before it can be given
   * another stamp.
   */
  default boolean needsMountBeforeStamping(BlockDevice device, VolumeUuid stamp) {
    return false;
  }

  /**
   * Gives a filesystem of ours that is not mounted, and whose log has come to its end, another
   * UUID; the caller holds the device. Can be repeated after it was cut short at any point. The
   * programs are known to fail without saying so, so the caller looks again.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed if this one can
   *     have none
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if it failed
   */
  void stamp(BlockDevice device, VolumeUuid stamp);

  /** The UUID in its superblock; empty if there is none of this type. */
  Optional<UUID> findUuid(BlockDevice device);

  /** How large the filesystem is, as its superblock says; a mounted one may be larger by now. */
  long bytes(BlockDevice device);

  /**
   * Grows a filesystem that is not mounted to the size of the device, if it cannot be grown later
   * while it is mounted; can be repeated.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed if it is damaged
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if it failed
   */
  default void growUnmounted(BlockDevice device) {}

  /**
   * Grows a mounted filesystem to the size of the device; does nothing to one that has it.
   *
   * @param mounted where it is mounted for writing
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed if this process may
   *     not
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown if it failed
   */
  void grow(BlockDevice device, Path mounted);

  /**
   * The options to mount with, when {@code asked} is asked for.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed if mounting this
   *     disk here would mix it with another one
   */
  MountOptions mountOptions(BlockDevice device, MountOptions asked);
}
