package cn.ucloud.csi.udisk.node.blank;

import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Blank;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Unreadable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Says whether a disk is blank. The most dangerous question in this driver: every path on which a
 * full disk was ever formatted by a CSI driver led through a wrong yes (known failures D1.1 to
 * D1.3).
 *
 * <p>Yes needs two looks that agree. First our own reader must have read the head, the tail and
 * every place of a backup superblock, with all bytes delivered, and found nothing. Only then does
 * blkid's "found nothing" mean that there is nothing.
 */
public final class BlankCheck {
  /**
   * Holds every superblock, label and header that is written at the start: LVM, LUKS with its
   * second header, md 1.1 and 1.2, zfs labels, bcache, swap for all page sizes, partition tables.
   */
  private static final long HEAD = 16L << 20;

  /** Holds what is written at the end: GPT backup, md 0.90 and 1.0, zfs labels, DRBD, BIOS RAID. */
  private static final long TAIL = 16L << 20;

  /** What follows a backup superblock belongs to it: group descriptors, group headers. */
  private static final long AT_BACKUP = 64L << 10;

  private final BlkidProbe blkid;

  public BlankCheck(BlkidProbe blkid) {
    this.blkid = blkid;
  }

  /** What is on the device; takes a second or two on one that is blank. */
  public DiskContent examine(BlockDevice device, BlankRule rule) {
    DiskContent own = TimeSpent.on(TimeSpent.Part.DISK, () -> look(device, rule));
    // What blkid finds has a name, which serves the reader better than an offset; but if our own
    // reader could not read, blkid's silence means nothing.
    return blkid.probe(device).orElse(own);
  }

  private static DiskContent look(BlockDevice device, BlankRule rule) {
    try (DiskReader disk = DiskReader.open(device.node())) {
      if (disk.bytes() != device.bytes()) {
        return new Unreadable(
            "it has " + disk.bytes() + " bytes, but sysfs says " + device.bytes());
      }
      return switch (rule) {
        case ZEROS -> findData(disk, device.bytes());
        case SIGNATURES -> findSignature(disk, device.bytes());
      };
    } catch (IOException e) {
      return new Unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static DiskContent findData(DiskReader disk, long bytes) throws IOException {
    for (Region region : places(bytes)) {
      OptionalLong data = disk.findNonZero(region);
      if (data.isPresent()) {
        return new Foreign("unknown data at byte " + data.getAsLong());
      }
    }
    return new Blank();
  }

  /** All places are read all the same: a disk that cannot be read is not blank. */
  private static DiskContent findSignature(DiskReader disk, long bytes) throws IOException {
    for (Region region : places(bytes)) {
      disk.readThrough(region);
    }
    for (Signature signature : Signature.all(bytes)) {
      if (disk.has(signature)) {
        return new Foreign(signature.what() + " at byte " + signature.offset());
      }
    }
    return new Blank();
  }

  static List<Region> places(long bytes) {
    List<Region> places = new ArrayList<>();
    places.add(new Region(0, HEAD));
    places.add(new Region(bytes - TAIL, TAIL));
    Stream.of(
            BackupSuperblocks.ext(bytes),
            BackupSuperblocks.xfs(bytes),
            BackupSuperblocks.btrfs(bytes))
        .flatMap(Collection::stream)
        .forEach(at -> places.add(new Region(at, AT_BACKUP)));
    return Region.merge(places, bytes);
  }
}
