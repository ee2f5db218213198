package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.MkfsOptions.Setting;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.superblock.Ext4Superblock;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.program.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The programs of e2fsprogs as we call them. e2fsck replays the journal before a stamp is changed.
 */
final class Ext4 implements FilesystemTools {
  private static final Duration MAKE_LIMIT = Duration.ofMinutes(5);
  private static final Duration GROW_LIMIT = Duration.ofMinutes(10);
  private static final Duration STAMP_LIMIT = Duration.ofMinutes(1);

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

  private final Programs programs;
  private final Ext4Check check;
  private final boolean growsMounted;

  Ext4(Programs programs, boolean growsMounted) {
    this.programs = programs;
    this.check = new Ext4Check(programs);
    this.growsMounted = growsMounted;
  }

  /**
   * mkfs takes the device exclusively and refuses one that is mounted; {@code -F} only answers its
   * question whether we mean the whole disk.
   *
   * <p>Inode tables are left to the kernel to initialise, but the journal is written: on a disk
   * that was not zeroed, blocks of an older journal of the same UUID could be replayed.
   */
  @Override
  public void make(BlockDevice device, VolumeUuid stamp, MkfsOptions options) {
    List<String> command =
        new ArrayList<>(List.of("mkfs.ext4", "-F", "-q", "-O", FEATURES, "-m", "0"));
    command.addAll(List.of("-b", Long.toString(options.get(Setting.BLOCK_SIZE, 4096))));
    command.addAll(List.of("-I", Long.toString(options.get(Setting.INODE_SIZE, 256))));
    command.addAll(List.of("-i", Long.toString(options.get(Setting.BYTES_PER_INODE, 16384))));
    if (options.values().containsKey(Setting.INODES)) {
      command.addAll(List.of("-N", Long.toString(options.get(Setting.INODES, 0))));
    }
    command.addAll(List.of("-E", "nodiscard,lazy_itable_init=1,lazy_journal_init=0"));
    command.addAll(List.of("-e", "remount-ro"));
    command.addAll(List.of("-U", stamp.toString(), device.node().toString()));
    CommandResult made = programs.make(MAKE_LIMIT, device, command);
    if (made.exitCode() != 0) {
      throw new OutcomeUnknown(made.sentence());
    }
  }

  @Override
  public void repair(BlockDevice device) {
    check(device, "-p");
  }

  private void check(BlockDevice device, String... options) {
    CommandResult checked = check.run(device, options);
    switch (checked.exitCode()) {
      case CLEAN, REPAIRED -> {}
      case LEFT_UNREPAIRED ->
          throw new PreconditionFailed(
              "the filesystem needs a repair that loses data, run e2fsck by hand: "
                  + checked.sentence());
      default -> throw new HostRefused(checked.sentence());
    }
  }

  /** Once it was mounted it may hold data; before that, only a complete check shows the end. */
  @Override
  public boolean isComplete(BlockDevice device) {
    return Ext4Superblock.read(device).wasEverMounted() || isSound(device);
  }

  /**
   * Only superblocks are written, the first one last. On a filesystem without metadata_csum_seed,
   * which we never make, every block would have to be.
   */
  @Override
  public void stamp(BlockDevice device, VolumeUuid stamp) {
    if (!Ext4Superblock.read(device).hasChecksumSeed()) {
      throw new PreconditionFailed(
          "the ext4 of "
              + device
              + " lacks metadata_csum_seed, without which its UUID cannot be changed safely;"
              + " change it by hand, with e2fsck -f and tune2fs -U "
              + stamp);
    }
    CommandResult stamped =
        programs.run(
            STAMP_LIMIT, List.of("tune2fs", "-U", stamp.toString(), device.node().toString()));
    if (stamped.exitCode() != 0) {
      throw new OutcomeUnknown(stamped.sentence());
    }
  }

  @Override
  public Optional<UUID> findUuid(BlockDevice device) {
    return Ext4Superblock.read(device).findUuid();
  }

  @Override
  public long bytes(BlockDevice device) {
    return Ext4Superblock.read(device).bytes();
  }

  /**
   * Growing it mounted is better: the kernel does it under the journal, so it can be cut short. It
   * takes a privilege that not every container has, though.
   */
  @Override
  public void growUnmounted(BlockDevice device) {
    if (growsMounted || bytes(device) >= device.bytes()) {
      return;
    }
    check(device, "-p", "-f");
    resize(device);
  }

  @Override
  public void grow(BlockDevice device, Path mounted) {
    if (growsMounted) {
      resize(device);
    } else if (bytes(device) < device.bytes()) {
      throw new PreconditionFailed(
          "the ext4 of "
              + device
              + " cannot grow while it is mounted, because this process lacks CAP_SYS_RESOURCE;"
              + " it grows when the volume is staged next");
    }
  }

  /** The program sees by itself whether the filesystem is mounted, and where. */
  private void resize(BlockDevice device) {
    CommandResult grown = programs.run(GROW_LIMIT, List.of("resize2fs", device.node().toString()));
    if (grown.exitCode() != 0) {
      if (Ext4Superblock.read(device).hasErrors()) {
        throw new PreconditionFailed(
            "the ext4 of "
                + device
                + " has had errors and does not grow before it is checked, which is done when the"
                + " volume is staged next: "
                + grown.sentence());
      }
      throw new OutcomeUnknown(grown.sentence());
    }
  }

  /** Also of one that others have made, whose superblock may say to go on after an error. */
  @Override
  public MountOptions mountOptions(BlockDevice device, MountOptions asked) {
    boolean isSaid =
        List.of(asked.data().split(",", -1)).stream().anyMatch(o -> o.startsWith("errors="));
    return isSaid ? asked : asked.with("errors=remount-ro");
  }

  private boolean isSound(BlockDevice device) {
    CommandResult checked = check.run(device, "-f", "-n");
    return switch (checked.exitCode()) {
      case CLEAN -> true;
      case LEFT_UNREPAIRED -> false;
      default -> throw new HostRefused(checked.sentence());
    };
  }
}
