package cn.ucloud.csi.udisk.node.sysfs;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What disks have done since they were attached, as the kernel counts it; no disk is asked. */
public final class DiskActivity {
  /** Fields of /sys/block/DISK/stat (Documentation/block/stat.rst). */
  private static final int READS = 0;

  private static final int READ_SECTORS = 2;
  private static final int READ_MILLIS = 3;
  private static final int WRITES = 4;
  private static final int WRITTEN_SECTORS = 6;
  private static final int WRITE_MILLIS = 7;
  private static final int IN_FLIGHT = 8;
  private static final int DISCARDS = 11;
  private static final int FLUSHES = 15;

  private static final long SECTOR = 512;

  private final SysBlock sys;
  private final LongSupplier nanos;

  /** At the last look, per disk. */
  private final Map<DeviceIdentity, Observation> seen = new HashMap<>();

  /**
   * @param nanos a clock that never goes back
   */
  public DiskActivity(SysBlock sys, LongSupplier nanos) {
    this.sys = sys;
    this.nanos = nanos;
  }

  /** Requests of one direction that are done; the time is that of each, added up. */
  public record Done(long operations, long bytes, double seconds) {}

  /**
   * What one disk did.
   *
   * @param inFlight how many requests it has now
   * @param silent how long it has had requests and completed none, as far as looks at it tell
   */
  public record Activity(Done reads, Done writes, long inFlight, Duration silent) {}

  /** Requests that were complete, and since when that number has not changed. */
  private record Observation(long completed, long since) {}

  /** Looks now; empty if the disk is gone, or the kernel does not count. */
  public synchronized Optional<Activity> find(DeviceIdentity disk) {
    Optional<long[]> counts =
        sys.findDirectory(disk.number())
            .flatMap(directory -> SysAttribute.read(directory.resolve("stat")))
            .map(DiskActivity::parse)
            .filter(numbers -> numbers.length > IN_FLIGHT);
    if (counts.isEmpty()) {
      seen.remove(disk);
    }
    return counts.map(numbers -> activity(disk, numbers));
  }

  private static long[] parse(String line) {
    return Arrays.stream(line.strip().split("\\s+", -1)).mapToLong(Long::parseLong).toArray();
  }

  private Activity activity(DeviceIdentity disk, long[] counts) {
    long now = nanos.getAsLong();
    long completed =
        counts[READS] + counts[WRITES] + orZero(counts, DISCARDS) + orZero(counts, FLUSHES);
    Observation here = new Observation(completed, now);
    Observation before = seen.getOrDefault(disk, here);
    if (counts[IN_FLIGHT] > 0 && before.completed() == completed) {
      here = before;
    }
    seen.put(disk, here);
    return new Activity(
        done(counts, READS, READ_SECTORS, READ_MILLIS),
        done(counts, WRITES, WRITTEN_SECTORS, WRITE_MILLIS),
        counts[IN_FLIGHT],
        Duration.ofNanos(now - here.since()));
  }

  private static Done done(long[] counts, int operations, int sectors, int millis) {
    return new Done(counts[operations], counts[sectors] * SECTOR, counts[millis] / 1e3);
  }

  /** Older kernels count less. */
  private static long orZero(long[] counts, int field) {
    return field < counts.length ? counts[field] : 0;
  }
}
