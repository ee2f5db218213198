package cn.ucloud.csi.udisk.node.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.health.HealthProblem;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.HangingSerial;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node knows against a volume, each by its one reason. */
final class VolumeHealthTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private final AtomicLong clock = new AtomicLong();
  private TestNode node;
  private VolumeHealth health;
  private Disk disk;

  @BeforeEach
  void attach() {
    node = new TestNode(host);
    health = node.health(clock::get);
    disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
  }

  @Test
  void nothingIsKnownAgainstAVolumeThatWorks() {
    node.stage();
    assertThat(problems()).isEmpty();
    node.unstage();
    node.stageRaw(false);
    assertThat(problems()).isEmpty();
  }

  @Test
  void whatIsNotStagedHereIsNotFound() {
    assertThatThrownBy(this::problems).isInstanceOf(NotFound.class).hasMessageContaining("bsm-");
  }

  @Test
  void aDiskThatHasLeftTheHostIsTold() {
    node.stage();
    host.remove("vdb");
    assertThat(problems()).extracting(HealthProblem::reason).containsExactly("DeviceGone");
    assertThat(problems()).allMatch(problem -> !problem.isUsable());
  }

  @Test
  void aDiskThatCameBackIsAnotherDevice() {
    node.stageRaw(false);
    host.reattach(disk, "vdb", "vdb");
    assertThat(problems()).extracting(HealthProblem::reason).containsExactly("DeviceGone");
  }

  /** Its serial cannot be read either: who asked for it would hang as well. */
  @Test
  @Timeout(value = Patience.SECONDS, threadMode = SEPARATE_THREAD)
  void aDiskThatHangsIsToldAtOnceAndAskedNothing() throws IOException {
    node.stage();
    try (HangingSerial _ = new HangingSerial(host, "vdb")) {
      counts("10 0 0 0 20 0 0 0 3 0 0 0 0 0 0 4 0");
      assertThat(problems()).as("it may just be slow").isEmpty();
      clock.addAndGet(Duration.ofSeconds(61).toNanos());
      List<HealthProblem> hanging = problems();
      assertThat(hanging).extracting(HealthProblem::reason).containsExactly("DeviceHangs");
      clock.addAndGet(Duration.ofSeconds(61).toNanos());
      assertThat(problems()).as("not written anew each time").isEqualTo(hanging);
      counts("10 0 0 0 20 0 0 0 2 0 0 0 0 0 0 5 0");
      assertThat(problems()).as("it has completed one").isEmpty();
      assertThat(HangingSerial.readers("vdb")).isZero();
    }
  }

  @Test
  void aFilesystemThatHasStoppedIsTold() throws IOException {
    node.stage(FilesystemType.EXT4);
    Files.writeString(
        Path.of("/sys/fs/ext4", disk.path().getFileName().toString(), "trigger_fs_error"), "1");
    assertThat(problems()).extracting(HealthProblem::reason).containsExactly("FilesystemStopped");
    assertThat(problems().getFirst().isUsable()).isFalse();
    assertThat(problems().getFirst().sentence()).contains("delete the pods");
  }

  @Test
  void errorsThatDoNotStopAFilesystemLeaveItUsable() throws IOException {
    node.stage(FilesystemType.BTRFS);
    Path filesystem = host.sysfs().resolve("fs/btrfs/8a3d");
    Files.createDirectories(filesystem.resolve("devices/vdb"));
    Files.createDirectories(filesystem.resolve("devinfo/1"));
    Files.writeString(filesystem.resolve("devinfo/1/error_stats"), "write_errs 0\nread_errs 3\n");
    assertThat(problems()).extracting(HealthProblem::reason).containsExactly("FilesystemErrors");
    assertThat(problems()).allMatch(HealthProblem::isUsable);
  }

  private List<HealthProblem> problems() {
    return health.of(TestNode.VOLUME);
  }

  /** In place of those of the loop device behind it. */
  private void counts(String counts) throws IOException {
    Path stat = host.sysfs().resolve("block/vdb/stat");
    Files.deleteIfExists(stat);
    Files.writeString(stat, counts + "\n");
  }
}
