package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.GuestNode;
import cn.ucloud.csi.udisk.node.fixture.GuestVolume;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.testing.Patience;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;

/**
 * Inside of a {@code Guest}: disks that something of the host holds, and disks that go away while
 * they are in use and are followed by others with the same letters.
 */
final class DisksInGuest {
  static final String PASSED = "what was held was kept, and no disk was taken for another";

  private static final Path BLOCK = Path.of("/sys/block");

  /** Of the fields of a disk's statistics, how many writes and discards it has had. */
  private static final int WRITES = 4;

  private static final int DISCARDS = 11;

  private DisksInGuest() {}

  public static void main(String[] args) throws Exception {
    Awaitility.setDefaultTimeout(Patience.LIMIT);
    GuestVolume files = GuestVolume.ext4("bsm-files", "vdb", 1);
    GuestVolume raw = GuestVolume.raw("bsm-raw", "vdc", 1);
    try (GuestNode node = GuestNode.start()) {
      diskIsTreatedAsAskedWhileItIsStaged(node, raw);
      deviceUponARawVolumeKeepsIt(node, raw);
      mountedPartitionOfARawVolumeKeepsIt(node, raw);
      nextDiskIsNotTakenForTheOneThatWentAway(node, files, 0, 2);
      nextDiskIsNotTakenForTheOneThatWentAway(node, raw, 1, 3);
      assertThat(GuestNode.mounts()).isZero();
    }
    System.out.println(PASSED);
  }

  /** Of virtio disks, whose limits are others than those of loop devices. */
  private static void diskIsTreatedAsAskedWhileItIsStaged(GuestNode node, GuestVolume raw)
      throws IOException {
    Path queue = find(raw).orElseThrow().resolve("queue");
    List<String> names = List.of("read_ahead_kb", "max_sectors_kb", "scheduler");
    List<String> before = names.stream().map(name -> read(queue.resolve(name))).toList();
    raw.stage(node, Map.of("readAheadKb", "4096", "maxSectorsKb", "64", "ioScheduler", "none"));
    assertThat(names)
        .extracting(name -> read(queue.resolve(name)).strip())
        .satisfiesExactly(
            ahead -> assertThat(ahead).isEqualTo("4096"),
            most -> assertThat(most).isEqualTo("64"),
            scheduler -> assertThat(scheduler).contains("[none]"));
    raw.unstage(node);
    assertThat(names).extracting(name -> read(queue.resolve(name))).isEqualTo(before);
    // The machine has no modules but those of its disks.
    assertRefused(
        () -> raw.stage(node, Map.of("readAheadKb", "4096", "ioScheduler", "bfq")),
        "is to have ioScheduler bfq, which the kernel of this node does not offer");
    assertThat(names).extracting(name -> read(queue.resolve(name))).isEqualTo(before);
  }

  /** As LVM and dm-crypt do it. */
  private static void deviceUponARawVolumeKeepsIt(GuestNode node, GuestVolume raw) {
    raw.stage(node);
    String table = "0 2048 linear /dev/vdb 0";
    Shell.run("dmsetup", "create", "vg0-data", "--noudevsync", "--noudevrules", "--table", table);
    for (int twice = 0; twice < 2; twice++) {
      assertRefused(() -> raw.unstage(node), "is still in use, by [dm-0 (vg0-data)]");
    }
    Shell.run("dmsetup", "remove", "--noudevsync", "--noudevrules", "vg0-data");
    raw.unstage(node);
  }

  private static void mountedPartitionOfARawVolumeKeepsIt(GuestNode node, GuestVolume raw)
      throws IOException {
    raw.stage(node);
    Shell.run("addpart", "/dev/vdb", 1, 2048, 204_800);
    Shell.run("mkfs.ext4", "-q", "/dev/vdb1");
    Path elsewhere = Files.createDirectory(Path.of("/tmp/elsewhere"));
    Shell.run("mount", "/dev/vdb1", elsewhere);
    for (int twice = 0; twice < 2; twice++) {
      assertRefused(() -> raw.unstage(node), "is still mounted at [" + elsewhere + " (vdb1)]");
    }
    Shell.run("umount", elsewhere);
    raw.unstage(node);
  }

  /**
   * What the cloud may do to a host: a disk is gone that a pod has, and the next disk has its
   * letter.
   */
  private static void nextDiskIsNotTakenForTheOneThatWentAway(
      GuestNode node, GuestVolume old, int disk, int nextDisk) throws IOException {
    old.stage(node);
    Path pod = old.publish(node);
    if (!old.raw()) {
      Files.writeString(pod.resolve("note"), "written");
    }
    Guest.unplug(disk);
    Awaitility.await().until(() -> find(old).isEmpty());
    Guest.plug(nextDisk, old.serial());
    Awaitility.await().until(() -> find(old).isPresent());
    Path next = find(old).orElseThrow();
    assertPublishRefused(node, old);
    assertRefused(() -> old.expand(node, 2), "is gone");
    if (!old.raw()) {
      assertRefused(() -> old.stage(node), "had a filesystem when it was staged from");
    }
    showStats(node, old);
    old.unpublish(node);
    old.unstage(node);
    assertThat(statistic(next, WRITES) + statistic(next, DISCARDS)).as("of " + next).isZero();
    GuestVolume other = new GuestVolume(old.id() + "-next", old.letter(), 1, old.filesystem());
    other.stage(node);
    Path otherPod = other.publish(node);
    if (!other.raw()) {
      assertThat(otherPod.resolve("note")).doesNotExist();
      Files.writeString(otherPod.resolve("note"), "of the next");
    }
    other.unpublish(node);
    other.unstage(node);
  }

  /** Where the kernel shows that the filesystem has stopped, it is to be staged anew before. */
  private static void assertPublishRefused(GuestNode node, GuestVolume volume) {
    assertThatThrownBy(() -> volume.publish(node))
        .isInstanceOf(StatusRuntimeException.class)
        .satisfies(refusal ->
            assertThat(refusal.getMessage())
                .containsAnyOf("is gone", "had a filesystem when it was staged from"))
        .satisfies(refusal -> System.out.println(refusal.getMessage()));
  }

  /** Kernels differ: newer ones shut down a filesystem whose disk has gone. */
  private static void showStats(GuestNode node, GuestVolume volume) {
    try {
      System.out.println(volume.id() + ": " + volume.stats(node));
    } catch (StatusRuntimeException e) {
      System.out.println(volume.id() + ": " + e.getMessage());
    }
  }

  private static void assertRefused(ThrowingCallable call, String says) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining(says)
        .satisfies(refusal -> System.out.println(refusal.getMessage()));
  }

  /** The disk that has the volume's letter now. */
  private static Optional<Path> find(GuestVolume volume) throws IOException {
    try (Stream<Path> disks = Files.list(BLOCK)) {
      return disks
          .filter(disk -> read(disk.resolve("serial")).strip().equals(volume.serial()))
          .findFirst();
    }
  }

  private static long statistic(Path disk, int field) {
    return Long.parseLong(read(disk.resolve("stat")).strip().split("\\s+", -1)[field]);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
