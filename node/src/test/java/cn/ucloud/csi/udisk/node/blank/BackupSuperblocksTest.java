package cn.ucloud.csi.udisk.node.blank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BackupSuperblocksTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  @Test
  void extHasThemInGroupOneAndThePowersOfThreeFiveAndSeven() {
    // dumpe2fs of a 10 GiB filesystem with 4 KiB blocks.
    assertThat(BackupSuperblocks.ext(10 * GIB))
        .contains(32768 * 4096L, 98304 * 4096L, 163840 * 4096L, 229376 * 4096L, 294912 * 4096L)
        .contains(819200 * 4096L, 884736 * 4096L, 1605632 * 4096L);
    // mkfs.ext4 -b 1024: "Superblock backups stored on blocks: 8193, 24577, 40961".
    assertThat(BackupSuperblocks.ext(64 * MIB))
        .contains(8193 * 1024L, 24577 * 1024L, 40961 * 1024L, 57345 * 1024L);
  }

  @Test
  void xfsHasOnePerAllocationGroup() {
    // mkfs.xfs of 1 GiB: agcount=4, agsize=65536 blocks.
    assertThat(BackupSuperblocks.xfs(GIB))
        .contains(65536 * 4096L, 2 * 65536 * 4096L, 3 * 65536 * 4096L);
    assertThat(BackupSuperblocks.xfs(8192 * GIB)).contains((1L << 40) - 4096);
  }

  @Test
  void btrfsHasThreeIfThereIsRoom() {
    assertThat(BackupSuperblocks.btrfs(GIB)).containsExactly(64L << 10, 64 * MIB);
    assertThat(BackupSuperblocks.btrfs(300 * GIB)).hasSize(3);
  }

  @Test
  void placesAreInOrderOnceAndOnTheDisk() {
    for (long bytes : new long[] {4096, MIB, 20 * MIB, GIB, 32_000 * GIB}) {
      List<Region> places = BlankCheck.places(bytes);
      assertThat(places.getFirst().offset()).isZero();
      assertThat(places.getLast().end()).isEqualTo(bytes);
      for (int i = 1; i < places.size(); i++) {
        assertThat(places.get(i).offset()).isGreaterThan(places.get(i - 1).end());
      }
    }
  }

  @Test
  void evenTheLargestDiskIsLookedAtInModeration() {
    long read = BlankCheck.places(32_000 * GIB).stream().mapToLong(Region::length).sum();
    assertThat(read).isLessThan(64 * MIB);
  }

  @Test
  void signaturesLieOnTheDisk() {
    assertThat(Signature.all(20 * MIB)).allMatch(s -> s.offset() >= 0 && s.end() <= 20 * MIB);
    assertThat(Signature.all(512)).isNotEmpty();
  }
}
