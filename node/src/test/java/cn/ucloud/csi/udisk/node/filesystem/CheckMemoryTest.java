package cn.ucloud.csi.udisk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The estimate beside what e2fsck 1.47.0 has taken (largest resident size). */
final class CheckMemoryTest {
  private static final long KIB = 1L << 10;
  private static final long BLOCKS_PER_GIB = 1L << 18;

  private static CheckMemory empty(long gib, long bytesPerInode) {
    return new CheckMemory(gib * BLOCKS_PER_GIB, (gib << 30) / bytesPerInode, 11);
  }

  @ParameterizedTest
  @CsvSource({
    "3000, 4096, 250884",
    "12000, 16384, 255644",
    "32000, 16384, 676708",
    "32000, 65536, 184976",
  })
  void whatAnEmptyOneTakesIsALittleMoreThanTheLeast(long gib, long perInode, long measuredKib) {
    assertThat(empty(gib, perInode).least())
        .isBetween(measuredKib * KIB / 10 * 9, measuredKib * KIB);
  }

  /** The second one had a file in 8 million pieces, for which trees took 753224 KiB. */
  @ParameterizedTest
  @CsvSource({"3000, 4096, 1018628", "200, 16384, 36148"})
  void whatItTakesWithArraysIsLessThanWhatItGets(long gib, long perInode, long measuredKib) {
    assertThat(empty(gib, perInode).withArrays())
        .isBetween(measuredKib * KIB, measuredKib * KIB / 10 * 16);
  }
}
