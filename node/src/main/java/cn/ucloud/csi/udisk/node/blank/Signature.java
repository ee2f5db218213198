package cn.ucloud.csi.udisk.node.blank;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes at a place that show what a disk holds.
 *
 * <p>blkid knows most of them; these are the ones that remain when the first blocks are lost, and
 * the commonest at the head, so that two looks and not one stand behind "nothing there".
 */
record Signature(String what, long offset, List<Byte> bytes) {
  private static final long KIB = 1L << 10;
  private static final String EXT = "53ef";

  /** All of them, for a disk of this size. */
  static List<Signature> all(long diskBytes) {
    List<Signature> all = new ArrayList<>();
    all.add(hex("ext2/3/4 superblock", KIB + 0x38, EXT));
    BackupSuperblocks.ext(diskBytes)
        .forEach(at -> all.add(hex("ext2/3/4 backup superblock", at + 0x38, EXT)));
    all.add(text("xfs superblock", 0, "XFSB"));
    BackupSuperblocks.xfs(diskBytes)
        .forEach(at -> all.add(text("xfs allocation group", at, "XFSB")));
    BackupSuperblocks.btrfs(diskBytes)
        .forEach(at -> all.add(text("btrfs superblock", at + 0x40, "_BHRfS_M")));
    partitions(all, diskBytes);
    raid(all, diskBytes);
    containers(all);
    return all.stream().filter(s -> s.offset >= 0 && s.end() <= diskBytes).toList();
  }

  private static void partitions(List<Signature> all, long diskBytes) {
    all.add(hex("boot record or MBR", 510, "55aa"));
    for (long sector : new long[] {512, 4 * KIB}) {
      all.add(text("GPT", sector, "EFI PART"));
      all.add(text("backup GPT", diskBytes / sector * sector - sector, "EFI PART"));
    }
  }

  private static void raid(List<Signature> all, long diskBytes) {
    String md = "fc4e2ba9";
    // 0.90 in the last whole 64 KiB but one, 1.0 near the end, 1.1 and 1.2 at the head.
    long md090 = diskBytes / (64 * KIB) * (64 * KIB) - 64 * KIB;
    long md10 = (diskBytes / 512 - 16) / 8 * 8 * 512;
    for (long at : new long[] {md090, md10, 0, 4 * KIB}) {
      all.add(hex("Linux RAID member", at, md));
    }
    long drbd = diskBytes / (4 * KIB) * (4 * KIB) - 4 * KIB;
    for (String magic : new String[] {"8374026b", "8374026c", "8374026d"}) {
      all.add(hex("DRBD", drbd + 60, magic));
    }
    all.add(hex("bcache", 4 * KIB + 24, "c68573f64e1a45ca8265f57f48ba6d81"));
  }

  private static void containers(List<Signature> all) {
    for (long sector = 0; sector < 4; sector++) {
      all.add(text("LVM physical volume", sector * 512, "LABELONE"));
    }
    all.add(hex("LUKS", 0, "4c554b53babe"));
    // LUKS2 keeps a second header behind the first, whose size is one of these.
    for (long at = 16 * KIB; at <= 4 * KIB * KIB; at *= 2) {
      all.add(hex("LUKS2 second header", at, "534b554cbabe"));
    }
    for (long page = 4 * KIB; page <= 64 * KIB; page *= 2) {
      all.add(text("swap", page - 10, "SWAPSPACE2"));
      all.add(text("swap", page - 10, "SWAP-SPACE"));
    }
  }

  long end() {
    return offset + bytes.size();
  }

  private static Signature text(String what, long offset, String text) {
    return of(what, offset, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Signature hex(String what, long offset, String hex) {
    return of(what, offset, HexFormat.of().parseHex(hex));
  }

  private static Signature of(String what, long offset, byte[] bytes) {
    List<Byte> list = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      list.add(b);
    }
    return new Signature(what, offset, List.copyOf(list));
  }
}
