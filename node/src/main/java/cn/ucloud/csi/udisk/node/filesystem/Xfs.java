package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.MkfsOptions.Setting;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.superblock.XfsSuperblock;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.program.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The programs of xfsprogs as we call them. The kernel replays the log when it mounts; xfs_repair
 * is for people, and may drop the log. It grows mounted, and only so.
 */
final class Xfs implements FilesystemTools {
  private static final Duration MAKE_LIMIT = Duration.ofMinutes(5);
  private static final Duration GROW_LIMIT = Duration.ofMinutes(10);
  private static final Duration STAMP_LIMIT = Duration.ofMinutes(2);

  /**
   * What Linux 4.19 mounts and grows for writing, and no newer feature: not bigtime and inobtcount
   * (5.10), not nrext64 (5.19). Reverse mapping costs space and serves only online repair.
   */
  private static final String METADATA =
      "crc=1,finobt=1,reflink=1,rmapbt=0,bigtime=0,inobtcount=0,uuid=";

  private static final String INODES = ",sparse=1,nrext64=0";

  private final Programs programs;

  Xfs(Programs programs) {
    this.programs = programs;
  }

  /** mkfs takes the device exclusively; {@code -f} lets it complete what it began before. */
  @Override
  public void make(BlockDevice device, VolumeUuid stamp, MkfsOptions options) {
    CommandResult made =
        programs.make(
            MAKE_LIMIT,
            device,
            List.of(
                "mkfs.xfs",
                "-f",
                "-q",
                "-K",
                "-b",
                "size=" + options.get(Setting.BLOCK_SIZE, 4096),
                "-m",
                METADATA + stamp,
                "-i",
                "size=" + options.get(Setting.INODE_SIZE, 512) + INODES,
                device.node().toString()));
    if (made.exitCode() != 0) {
      throw new OutcomeUnknown(made.sentence());
    }
  }

  @Override
  public boolean isComplete(BlockDevice device) {
    return !XfsSuperblock.read(device).isBeingMade();
  }

  /**
   * xfs_db empties the log, and gives it the new UUID, before it writes the superblocks. If it was
   * killed in between, the log has come to its end already, and the kernel refuses to mount.
   */
  @Override
  public boolean needsMountBeforeStamping(BlockDevice device, VolumeUuid stamp) {
    return !XfsSuperblock.read(device).startOfLogHas(device, stamp.uuid());
  }

  /**
   * As xfs_admin does it, which is a shell script around this call; what it refuses it refuses with
   * exit code 0. It writes the first superblock before the others, which nothing but a repair ever
   * reads.
   */
  @Override
  public void stamp(BlockDevice device, VolumeUuid stamp) {
    CommandResult stamped =
        programs.run(
            STAMP_LIMIT,
            List.of(
                "xfs_db",
                "-x",
                "-p",
                "xfs_admin",
                "-c",
                "uuid " + stamp,
                device.node().toString()));
    if (stamped.exitCode() != 0) {
      throw new OutcomeUnknown(stamped.sentence());
    }
  }

  @Override
  public Optional<UUID> findUuid(BlockDevice device) {
    return XfsSuperblock.read(device).findUuid();
  }

  @Override
  public long bytes(BlockDevice device) {
    return XfsSuperblock.read(device).bytes();
  }

  @Override
  public void grow(BlockDevice device, Path mounted) {
    CommandResult grown = programs.run(GROW_LIMIT, List.of("xfs_growfs", "-d", mounted.toString()));
    if (grown.exitCode() != 0) {
      throw new OutcomeUnknown(grown.sentence());
    }
  }

  /** A copy has the UUID of its source, and both may be on one node (known failure D1.6). */
  @Override
  public MountOptions mountOptions(BlockDevice device, MountOptions asked) {
    return asked.with("nouuid");
  }
}
