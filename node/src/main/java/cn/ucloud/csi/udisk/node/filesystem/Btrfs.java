package cn.ucloud.csi.udisk.node.filesystem;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.superblock.BtrfsSuperblock;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.program.Programs;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The programs of btrfs-progs as we call them.
 *
 * <p>mkfs writes the magic number last; until then there is no filesystem at all. Copy on write:
 * every mount begins from a whole tree, and {@code btrfs check} is for people. The log is replayed
 * by the first mount, also under a new UUID. It grows mounted, and only so.
 */
final class Btrfs implements FilesystemTools {
  private static final Duration MAKE_LIMIT = Duration.ofMinutes(5);
  private static final Duration GROW_LIMIT = Duration.ofMinutes(10);

  /** What Linux 4.19 mounts and grows for writing; not block-group-tree (6.1). */
  private static final String FEATURES = "extref,skinny-metadata,no-holes,^mixed-bg";

  private final Programs programs;
  private final Path sysfs;

  Btrfs(Programs programs, Path sysfs) {
    this.programs = programs;
    this.sysfs = sysfs;
  }

  /**
   * There are no options. Metadata are kept twice, because one bad block in them can cost the whole
   * filesystem.
   */
  @Override
  public void make(BlockDevice device, VolumeUuid stamp, MkfsOptions options) {
    CommandResult made =
        programs.make(
            MAKE_LIMIT,
            device,
            List.of(
                "mkfs.btrfs",
                "-f",
                "-q",
                "-K",
                "-O",
                FEATURES,
                "-R",
                "free-space-tree",
                "--csum",
                "crc32c",
                "-s",
                "4096",
                "-n",
                "16384",
                "-d",
                "single",
                "-m",
                "dup",
                "-U",
                stamp.toString(),
                device.node().toString()));
    if (made.exitCode() != 0) {
      throw new OutcomeUnknown(made.sentence());
    }
  }

  /** Linux mounts the result since 5.0. */
  @Override
  public void stamp(BlockDevice device, VolumeUuid stamp) {
    requireOneDisk(device, BtrfsSuperblock.read(device));
    BtrfsStamper.stamp(device, stamp.uuid());
  }

  @Override
  public Optional<UUID> findUuid(BlockDevice device) {
    return BtrfsSuperblock.read(device).findUuid();
  }

  @Override
  public long bytes(BlockDevice device) {
    return BtrfsSuperblock.read(device).bytes();
  }

  @Override
  public void grow(BlockDevice device, Path mounted) {
    CommandResult grown =
        programs.run(
            GROW_LIMIT, List.of("btrfs", "filesystem", "resize", "max", mounted.toString()));
    if (grown.exitCode() != 0) {
      throw new OutcomeUnknown(grown.sentence());
    }
  }

  /**
   * The kernel tells btrfs disks by filesystem UUID, and has mixed up two that had the same (the
   * manual forbids it); so a copy waits until its source is no longer mounted here.
   */
  @Override
  public MountOptions mountOptions(BlockDevice device, MountOptions asked) {
    BtrfsSuperblock superblock = BtrfsSuperblock.read(device);
    requireOneDisk(device, superblock);
    UUID uuid =
        superblock
            .findUuid()
            .orElseThrow(() -> new PreconditionFailed(device + " holds no btrfs any more"));
    List<DeviceNumber> mounted = mounted(uuid);
    if (mounted.stream().anyMatch(number -> !number.equals(device.number()))) {
      throw new PreconditionFailed(
          device + " is a copy of the btrfs " + uuid + ", which is mounted here from " + mounted);
    }
    return asked;
  }

  private static void requireOneDisk(BlockDevice device, BtrfsSuperblock superblock) {
    if (superblock.devices() != 1) {
      throw new PreconditionFailed(
          device + " is one of " + superblock.devices() + " disks of a btrfs; mount it by hand");
    }
  }

  private List<DeviceNumber> mounted(UUID filesystem) {
    List<DeviceNumber> numbers = new ArrayList<>();
    Path devices = sysfs.resolve("fs/btrfs/" + filesystem + "/devices");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(devices)) {
      for (Path entry : entries) {
        numbers.add(DeviceNumber.parse(Files.readString(entry.resolve("dev")).strip()));
      }
    } catch (NoSuchFileException _) {
      // Not mounted, or unmounted while it was looked at.
    } catch (IOException | DirectoryIteratorException e) {
      throw new Unavailable("cannot read " + devices + ": " + e.getMessage(), e);
    }
    return numbers;
  }
}
