package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.Forbidden;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.time.Duration;
import java.util.List;

/** The programs of e2fsprogs as we call them. */
public final class Ext4 {
  public static final String TYPE = "ext4";

  private static final Duration MAKE_LIMIT = Duration.ofMinutes(5);

  /** Replaying a journal takes seconds; a full repair of a large disk takes what it takes. */
  private static final Duration CHECK_LIMIT = Duration.ofMinutes(30);

  /**
   * The features, all of them, whatever mke2fs.conf says: what Linux 4.19 mounts and grows, and no
   * newer one. Not orphan_file (5.15), not fast_commit (5.10). metadata_csum_seed lets the UUID of
   * a copy be changed without rewriting every block.
   */
  private static final String FEATURES =
      "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,"
          + "sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum,"
          + "metadata_csum_seed";

  private static final int CLEAN = 0;
  private static final int REPAIRED = 1;
  private static final int LEFT_UNREPAIRED = 4;

  private final CommandRunner commands;

  public Ext4(CommandRunner commands) {
    this.commands = commands;
  }

  /**
   * Makes a filesystem on the whole disk. mkfs takes the device exclusively and refuses one that is
   * mounted; {@code -F} only answers its question whether we mean the whole disk.
   *
   * <p>Inode tables are left to the kernel to initialise, but the journal is written: on a disk
   * that was not zeroed, blocks of an older journal of the same UUID could be replayed.
   *
   * @throws HostRefused if mkfs could not be started, so the disk is as it was
   * @throws OutcomeUnknown if it failed, so the disk may hold a part of a filesystem
   */
  void make(BlockDevice device, Stamp stamp) {
    CommandResult made =
        commands.run(
            MAKE_LIMIT,
            List.of(
                "mkfs.ext4",
                "-F",
                "-q",
                "-O",
                FEATURES,
                "-b",
                "4096",
                "-I",
                "256",
                "-i",
                "16384",
                "-m",
                "0",
                "-E",
                "nodiscard,lazy_itable_init=1,lazy_journal_init=0",
                "-U",
                stamp.toString(),
                device.node().toString()));
    if (made.exitCode() != 0) {
      throw new OutcomeUnknown(made.sentence());
    }
  }

  /**
   * Brings a filesystem that is not mounted into a state fit for mounting, as far as that is safe
   * without asking anybody.
   *
   * @throws Forbidden if a person has to decide what to do about the damage
   * @throws HostRefused if it could not be checked
   */
  public void repair(BlockDevice device) {
    CommandResult checked =
        commands.run(CHECK_LIMIT, List.of("e2fsck", "-p", device.node().toString()));
    switch (checked.exitCode()) {
      case CLEAN, REPAIRED -> {}
      case LEFT_UNREPAIRED ->
          throw new Forbidden(
              "the filesystem needs a repair that loses data, run e2fsck by hand: "
                  + checked.sentence());
      default -> throw new HostRefused(checked.sentence());
    }
  }

  /**
   * Whether a complete check, which changes nothing, finds nothing to complain of.
   *
   * @throws HostRefused if it could not be checked
   */
  boolean isSound(BlockDevice device) {
    CommandResult checked =
        commands.run(CHECK_LIMIT, List.of("e2fsck", "-f", "-n", device.node().toString()));
    return switch (checked.exitCode()) {
      case CLEAN -> true;
      case LEFT_UNREPAIRED -> false;
      default -> throw new HostRefused(checked.sentence());
    };
  }
}
