package cn.ucloud.csi.udisk.common.model;

/**
 * The size of a disk in whole GiB, which UCloud's documents call "GB"; the only place that
 * converts.
 *
 * @param gib at least 1
 */
public record DiskSize(int gib) implements Comparable<DiskSize> {
  private static final long BYTES_PER_GIB = 1L << 30;

  /**
   * UCloud bills and makes disks in steps of this many GiB; also the smallest size made (design 8).
   */
  private static final int STEP_GIB = 10;

  public DiskSize {
    if (gib < 1) {
      throw new IllegalArgumentException("a disk of " + gib + " GiB");
    }
  }

  public static DiskSize ofGib(int gib) {
    return new DiskSize(gib);
  }

  /**
   * The smallest size UCloud makes that holds {@code bytes}: a multiple of 10 GiB, at least 10.
   *
   * @param bytes not negative; 0 means "any size"
   */
  public static DiskSize smallestMadeFor(long bytes) {
    long step = STEP_GIB * BYTES_PER_GIB;
    long steps = Math.max(1, bytes / step + (bytes % step == 0 ? 0 : 1));
    return new DiskSize(Math.toIntExact(Math.min(steps * STEP_GIB, Integer.MAX_VALUE)));
  }

  /**
   * The least that must be asked for, in bytes, to get a disk that holds what this one does: one
   * byte more than the next smaller size that is made.
   */
  public long leastRequest() {
    return smallestMadeFor(bytes()).bytes() - STEP_GIB * BYTES_PER_GIB + 1;
  }

  public long bytes() {
    return gib * BYTES_PER_GIB;
  }

  @Override
  public int compareTo(DiskSize other) {
    return Integer.compare(gib, other.gib);
  }

  @Override
  public String toString() {
    return gib + " GiB";
  }
}
