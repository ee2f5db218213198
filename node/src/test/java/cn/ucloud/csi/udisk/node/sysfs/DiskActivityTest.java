package cn.ucloud.csi.udisk.node.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.sysfs.DiskActivity.Activity;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity.Done;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's counters of a disk say, in a sysfs of the test's own. */
final class DiskActivityTest {
  private static final DeviceIdentity DISK =
      new DeviceIdentity("UCLOUD_DISK_VDB", DeviceNumber.parse("253:16"), OptionalLong.of(9));

  @TempDir private Path sys;
  private final AtomicLong clock = new AtomicLong();
  private DiskActivity disks;

  @BeforeEach
  void attach() throws IOException {
    Files.createDirectories(sys.resolve("block/vdb"));
    Files.writeString(sys.resolve("block/vdb/dev"), "253:16\n");
    disks = new DiskActivity(new SysBlock(sys), clock::get);
  }

  private void counts(String stat) throws IOException {
    Files.writeString(sys.resolve("block/vdb/stat"), stat + "\n");
  }

  private Activity after(Duration time) {
    clock.addAndGet(time.toNanos());
    return disks.find(DISK).orElseThrow();
  }

  @Test
  void readsAndWritesAreCountedAsTheKernelDoes() throws IOException {
    counts("  10 0 2048 500  20 0 16 3000  2 900 3500  0 0 0 0  4 7");
    assertThat(after(Duration.ZERO))
        .isEqualTo(
            new Activity(new Done(10, 1 << 20, 0.5), new Done(20, 8192, 3), 2, Duration.ZERO));
  }

  @Test
  void aDiskThatHasRequestsAndCompletesNoneIsSilentSinceTheLastOne() throws IOException {
    counts("10 0 0 0 20 0 0 0 3 0 0 0 0 0 0 4 0");
    assertThat(after(Duration.ZERO).silent()).isZero();
    assertThat(after(Duration.ofSeconds(30)).silent()).hasSeconds(30);
    assertThat(after(Duration.ofSeconds(30)).silent()).hasSeconds(60);
    counts("10 0 0 0 20 0 0 0 2 0 0 0 0 0 0 5 0");
    assertThat(after(Duration.ofSeconds(30)).silent()).as("it has flushed").isZero();
    assertThat(after(Duration.ofSeconds(30)).silent()).hasSeconds(30);
  }

  @Test
  void anIdleDiskIsNotSilent() throws IOException {
    counts("10 0 0 0 20 0 0 0 0 0 0");
    assertThat(after(Duration.ZERO).silent()).isZero();
    assertThat(after(Duration.ofHours(1)).silent()).isZero();
  }

  @Test
  void aDiskThatIsGoneHasNone() {
    assertThat(disks.find(DISK)).isEmpty();
  }

  @Test
  void errorsAreThoseThatTheFilesystemCounts() throws IOException {
    FilesystemErrors errors = new FilesystemErrors(new SysBlock(sys));
    assertThat(errors.count(DISK.number())).as("xfs counts none").isEmpty();
    Path btrfs = sys.resolve("fs/btrfs/8a3d");
    Files.createDirectories(btrfs.resolve("devices/vdb"));
    Files.createDirectories(btrfs.resolve("devinfo/1"));
    Files.writeString(btrfs.resolve("devinfo/1/error_stats"), "write_errs 2\nread_errs 3\n");
    assertThat(errors.count(DISK.number())).hasValue(5);
    Path ext4 = Files.createDirectories(sys.resolve("fs/ext4/vdb"));
    Files.writeString(ext4.resolve("errors_count"), "7\n");
    assertThat(errors.count(DISK.number())).hasValue(7);
  }
}
