package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.GuestNode;
import cn.ucloud.csi.udisk.node.fixture.GuestTests;
import cn.ucloud.csi.udisk.node.fixture.GuestVolume;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Inside of a {@code Guest}: disks whose requests fail, and that work again later. Each test has a
 * disk of its own, and beside all of them a pod uses another volume.
 */
public final class SickDisksInGuest {
  /** Of each type, of ext4 alone, and of raw volumes. */
  static final int TESTS = FilesystemType.values().length + 2;

  /** One for each test, and one for the neighbour. */
  static final int DISKS = TESTS + 1;

  private static final String READS = "iotype=read";
  private static final String[] WRITES = {
    "iotype=write", "iotype=write-zeroes", "iotype=discard", "iotype=flush"
  };
  private static final long LAST_SECTOR = (1L << 30) / 512 - 1;
  private static final byte[] CONTENT = content();

  /** Of the fields of a disk's statistics, how many writes and discards it has had. */
  private static final int WRITTEN = 4;

  private static final int DISCARDED = 11;

  private static final Pattern INODES = Pattern.compile("Inode table at (\\d+)");

  private static int used;
  private static GuestNode node;
  private static Neighbour neighbour;

  static String serial(int disk) {
    return "UCLOUD_DISK_VD" + (char) ('B' + disk);
  }

  static String result(long passed, long failed) {
    return "sick disks, passed: %d, failed: %d".formatted(passed, failed);
  }

  public static void main(String[] args) {
    TestExecutionSummary summary = GuestTests.run(selectClass(SickDisksInGuest.class));
    System.out.println(result(summary.getTestsSucceededCount(), summary.getTestsFailedCount()));
  }

  @BeforeAll
  static void start() throws IOException {
    node = GuestNode.start();
    neighbour = new Neighbour(new Sick(FilesystemType.EXT4).volume);
  }

  @AfterAll
  static void end() throws Exception {
    try (GuestNode _ = node) {
      neighbour.end();
      assertThat(GuestNode.mounts()).isZero();
    }
  }

  private static byte[] content() {
    byte[] bytes = new byte[1 << 16];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /** Another volume of the node, which a pod has all the time and others come to use. */
  private static final class Neighbour {
    private final GuestVolume volume;
    private final Path pod;
    private int rounds;

    Neighbour(GuestVolume volume) {
      this.volume = volume;
      volume.stage(node);
      this.pod = volume.publish(node);
    }

    /** What a pod needs works, and what was written before is there. */
    void assertUnharmed() {
      Path another = volume.publish(node, pod.resolveSibling("another"));
      write(another.resolve("round" + rounds));
      volume.unpublish(node, another);
      for (int round = 0; round <= rounds; round++) {
        assertThat(pod.resolve("round" + round)).hasBinaryContent(CONTENT);
      }
      rounds++;
      assertThat(volume.stats(node).getUsageCount()).isPositive();
    }

    void end() {
      assertUnharmed();
      volume.unpublish(node);
      volume.unstage(node);
    }
  }

  /** The volume of one test. */
  private static final class Sick {
    private final int disk = used++;
    private final GuestVolume volume;

    Sick(FilesystemType type) {
      this.volume = GuestVolume.of(type, "bsm-" + type + disk, letter(), 1);
    }

    Sick() {
      this.volume = GuestVolume.raw("bsm-raw" + disk, letter(), 1);
    }

    private String letter() {
      return "vd" + (char) ('b' + disk);
    }

    Path device() {
      return Path.of("/dev/vd" + (char) ('a' + disk));
    }

    void fail(String... rules) throws IOException {
      // So that it has to be read again.
      Shell.run("blockdev", "--flushbufs", device());
      Guest.fail(disk, rules);
    }

    void heal() throws IOException {
      Guest.heal(disk);
    }

    /** How many requests it has had that change it. */
    long written() throws IOException {
      String[] fields =
          Files.readString(Path.of("/sys/block", device().getFileName().toString(), "stat"))
              .strip()
              .split("\\s+", -1);
      return Long.parseLong(fields[WRITTEN]) + Long.parseLong(fields[DISCARDED]);
    }

    /** Returns where a pod has it. */
    Path stageAndWrite() {
      volume.stage(node);
      Path pod = volume.publish(node);
      write(pod.resolve("kept"));
      return pod;
    }

    /** Its pod has what was written before, and can write. */
    void assertKept() throws IOException {
      assertThat(volume.target().resolve("kept")).hasBinaryContent(CONTENT);
      write(volume.target().resolve("new"));
      // kubelet's question, after which the metric is of today.
      var _ = volume.stats(node);
      assertThat(stopped()).isZero();
    }

    /** Whether another pod gets it, which does nothing with it. */
    boolean isHandedOn() {
      Path next = volume.target().resolveSibling("next");
      try {
        volume.publish(node, next);
      } catch (StatusRuntimeException e) {
        assertThat(e).hasMessageContaining("has stopped");
        return false;
      }
      volume.unpublish(node, next);
      return true;
    }

    double stopped() throws IOException {
      return node.metric("udisk_volume_stopped{volume=\"" + volume.id() + "\"}");
    }
  }

  private static void write(Path file) {
    try {
      Files.write(file, CONTENT, StandardOpenOption.CREATE, StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path disk) throws IOException {
    try (InputStream bytes = Files.newInputStream(disk)) {
      return bytes.readNBytes(CONTENT.length);
    }
  }

  private static boolean canWrite(Path file) {
    try {
      write(file);
      return true;
    } catch (UncheckedIOException e) {
      System.out.println("a pod: " + e.getMessage());
      return false;
    }
  }

  private static void assertRefused(ThrowingCallable call, Code code, String says) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    System.out.println("refusal: " + (refusal == null ? "none" : refusal.getMessage()));
    assertThat(refusal).hasMessageContaining(says);
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource
  void diskOfAFilesystemFailsAndWorksAgain(FilesystemType type) throws IOException {
    Sick sick = new Sick(type);
    blankDiskIsNotFormattedWhileItFails(sick);
    sick.heal();
    sick.stageAndWrite();
    sick.volume.unpublish(node);
    sick.volume.unstage(node);
    diskThatCannotBeReadIsNeitherMountedNorWritten(sick);
    sick.heal();
    Path pod = sick.stageAndWrite();
    filesystemThatCannotBeWrittenIsNotHandedOn(sick, pod);
    sick.heal();
    sick.volume.publish(node);
    sick.assertKept();
    sick.fail(WRITES);
    assertThat(canWrite(pod.resolve("lost"))).isFalse();
    sick.volume.unpublish(node);
    sick.volume.unstage(node);
    sick.heal();
    sick.volume.stage(node);
    sick.volume.publish(node);
    sick.assertKept();
    sick.volume.unpublish(node);
    sick.volume.unstage(node);
  }

  private static void blankDiskIsNotFormattedWhileItFails(Sick sick) throws IOException {
    for (String unreadable : List.of(READS, READS + ",sector=" + LAST_SECTOR)) {
      sick.fail(unreadable);
      assertRefused(() -> sick.volume.stage(node), Code.UNAVAILABLE, "cannot read");
      assertThat(sick.written()).isZero();
    }
    sick.fail(WRITES);
    assertRefused(() -> sick.volume.stage(node), Code.ABORTED, "mkfs");
  }

  private static void diskThatCannotBeReadIsNeitherMountedNorWritten(Sick sick) throws IOException {
    sick.fail(READS);
    long before = sick.written();
    assertRefused(() -> sick.volume.stage(node), Code.UNAVAILABLE, "cannot read");
    neighbour.assertUnharmed();
    sick.volume.unstage(node);
    assertThat(sick.written()).isEqualTo(before);
  }

  /** Also if its pods have written nothing since, and so have not noticed. */
  private static void filesystemThatCannotBeWrittenIsNotHandedOn(Sick sick, Path pod)
      throws IOException {
    assertThat(sick.stopped()).isZero();
    sick.fail(WRITES);
    assertThat(canWrite(pod.resolve("lost"))).isFalse();
    Awaitility.await().until(() -> !sick.isHandedOn());
    Path next = pod.resolveSibling("next");
    assertRefused(() -> sick.volume.publish(node, next), Code.UNAVAILABLE, pod.toString());
    var _ = sick.volume.stats(node);
    assertThat(sick.stopped()).isEqualTo(1);
    neighbour.assertUnharmed();
    sick.volume.unpublish(node);
    if (sick.volume.filesystem().orElseThrow() != FilesystemType.BTRFS) {
      // A btrfs writes nothing while it is mounted.
      for (int twice = 0; twice < 2; twice++) {
        assertRefused(() -> sick.volume.publish(node, next), Code.UNAVAILABLE, "error");
      }
    }
  }

  /** A repair by hand would write zeros over what only cannot be read. */
  @Test
  void ext4OfWhichASectorCannotBeReadIsNotSaidToNeedARepair() throws IOException {
    Sick sick = new Sick(FilesystemType.EXT4);
    sick.stageAndWrite();
    sick.volume.unpublish(node);
    sick.volume.unstage(node);
    Matcher inodes = INODES.matcher(Shell.run("dumpe2fs", sick.device()));
    assertThat(inodes.find()).isTrue();
    sick.fail(READS + ",sector=" + Long.parseLong(inodes.group(1)) * 8);
    assertRefused(() -> sick.volume.stage(node), Code.UNAVAILABLE, "answers with errors");
    sick.heal();
    sick.volume.stage(node);
    sick.volume.publish(node);
    sick.assertKept();
    sick.volume.unpublish(node);
    sick.volume.unstage(node);
  }

  @Test
  void errorsOfARawVolumeReachThePodAndItIsUnstaged() throws IOException {
    Sick sick = new Sick();
    sick.volume.stage(node);
    Path pod = sick.volume.publish(node);
    write(pod);
    sick.fail(READS, WRITES[0], WRITES[1], WRITES[2], WRITES[3]);
    for (int pods = 0; pods < 2; pods++) {
      assertThatThrownBy(() -> read(pod)).isInstanceOf(IOException.class);
      assertThat(canWrite(pod)).isFalse();
      sick.volume.unpublish(node);
      sick.volume.unstage(node);
      neighbour.assertUnharmed();
      sick.volume.stage(node);
      sick.volume.publish(node);
    }
    sick.heal();
    assertThat(read(pod)).isEqualTo(CONTENT);
    write(pod);
    sick.volume.unpublish(node);
    sick.volume.unstage(node);
  }
}
