package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power fails while a database writes: the disk as it was at one moment, never unmounted, comes
 * to a node that knows nothing of it. The moment is taken by a copy that shares its blocks.
 */
class PowerCutIT {
  private static final String POD = "pod-1";
  private static final int RECORD = 4096;
  private static final int RECORDS_BEFORE_CUT = 50;

  @TempDir private Path directory;
  private Path mount;
  private Path shared;
  private LoopCluster cluster;

  @BeforeEach
  void start() throws IOException {
    Loops.assumeTheyCanBeMade();
    Path image = directory.toRealPath().resolve("shared.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(64L << 30);
    }
    mount = Files.createDirectory(directory.toRealPath().resolve("shared"));
    Shell.run("mkfs.xfs", "-q", "-m", "reflink=1", image.toString());
    Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
    shared = Files.createDirectory(mount.resolve("cluster"));
    cluster = new LoopCluster(shared);
    cluster.start();
  }

  @AfterEach
  void stop() throws IOException {
    cluster.closeLeavingNothing();
    Shell.run("umount", mount.toString());
    await().untilAsserted(() -> assertThat(Loops.below(directory.toRealPath())).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void everythingUpToTheLastFsyncIsThereAndNothingIsFormatted(String filesystem) throws Exception {
    PersistentVolume volume = cluster.provision(NODE_A, "cut", filesystem);
    VolumeAttachment onA = cluster.attacher().attach(volume, NODE_A);
    Kubelet a = cluster.kubelet(NODE_A);
    a.stage(volume);
    Path target = a.publish(volume, POD);
    Path disk = shared.resolve("region/disks/" + volume.volumeHandle() + ".img");
    Path copy = shared.resolve("at-the-cut.img");

    int kept = cutWhileWriting(target.resolve("log"), disk, copy);

    a.unpublish(volume, POD);
    a.unstage(volume);
    cluster.attacher().detach(onA);
    Files.move(copy, disk, StandardCopyOption.REPLACE_EXISTING);
    VolumeAttachment onB = cluster.attacher().attach(volume, NODE_B);
    Kubelet b = cluster.kubelet(NODE_B);
    b.stage(volume);
    Path there = b.publish(volume, POD);

    byte[] log = Files.readAllBytes(there.resolve("log"));
    assertThat(log.length / RECORD).as("records that were synced").isGreaterThanOrEqualTo(kept);
    for (int record = 0; record < kept; record++) {
      assertThat(ByteBuffer.wrap(log, record * RECORD, RECORD).getInt()).isEqualTo(record);
    }
    Files.writeString(there.resolve("afterwards"), "writable");
    b.unpublish(volume, POD);
    b.unstage(volume);
    cluster.attacher().detach(onB);
  }

  /** Writes record after record, each synced, and takes the disk's copy meanwhile. */
  private static int cutWhileWriting(Path log, Path disk, Path copy) throws Exception {
    AtomicInteger synced = new AtomicInteger();
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> writer = threads.submit(() -> write(log, synced));
      await().until(() -> synced.get() >= RECORDS_BEFORE_CUT || writer.isDone());
      int before = synced.get();
      Shell.run("cp", "--reflink=always", disk.toString(), copy.toString());
      assertThat(writer).as("still writing").isNotDone();
      int after = synced.get();
      await().until(() -> synced.get() > after);
      threads.shutdownNow();
      return before;
    }
  }

  private static void write(Path log, AtomicInteger synced) {
    try (FileChannel file =
        FileChannel.open(log, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int record = 0; !Thread.currentThread().isInterrupted(); record++) {
        ByteBuffer bytes = ByteBuffer.allocate(RECORD).putInt(0, record);
        while (bytes.hasRemaining()) {
          int _ = file.write(bytes);
        }
        file.force(true);
        synced.set(record + 1);
      }
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt(); // the writer's end
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
