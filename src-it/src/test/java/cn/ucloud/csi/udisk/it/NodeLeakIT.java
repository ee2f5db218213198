package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 1000 times stage, publish, unpublish, unstage: what is left is what was there before. */
class NodeLeakIT {
  private static final int VOLUMES = 8;
  private static final int CYCLES_KILLED = 600;
  private static final int CYCLES_IN_PEACE = 400;

  /** The process is killed each time so many cycles are done, give or take a few. */
  private static final int CYCLES_PER_KILL = 60;

  /** Of a JVM that has warmed up: its heap may still grow to its limit, and some threads come. */
  private static final Usage SLACK = new Usage(6, 8, 48L << 20);

  @TempDir private Path directory;
  private LoopCluster cluster;

  /** What a process has of the kernel's. */
  private record Usage(int threads, int files, long residentBytes) {
    static Usage of(long pid) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      try (Stream<Path> files = Files.list(process.resolve("fd"));
          Stream<Path> threads = Files.list(process.resolve("task"))) {
        long kibibytes =
            Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
        return new Usage((int) threads.count(), (int) files.count(), kibibytes * 1024);
      }
    }

    boolean isAtMost(Usage before, Usage slack) {
      return threads <= before.threads + slack.threads
          && files <= before.files + slack.files
          && residentBytes <= before.residentBytes + slack.residentBytes;
    }
  }

  @BeforeEach
  void start() throws IOException {
    cluster = new LoopCluster(directory.toRealPath());
    cluster.start();
  }

  @AfterEach
  void stop() {
    cluster.closeLeavingNothing();
  }

  @Test
  void aThousandCyclesLeaveNothing() throws Exception {
    List<VolumeAttachment> attachments = new ArrayList<>();
    List<PersistentVolume> volumes = new ArrayList<>();
    for (int i = 0; i < VOLUMES; i++) {
      PersistentVolume volume = cluster.provision(NODE_A, "cycled-" + i);
      volumes.add(volume);
      attachments.add(cluster.attacher().attach(volume, NODE_A));
    }
    cycle(volumes, 2 * VOLUMES, 0);
    List<String> loopsBefore = cluster.loops();
    List<Path> leftBefore = left();
    assertThat(cluster.mountPoints()).isEmpty();

    cycle(volumes, CYCLES_KILLED, CYCLES_PER_KILL);
    assertThat(cluster.mountPoints()).isEmpty();
    assertThat(left()).containsExactlyElementsOf(leftBefore);

    long pid = cluster.process(NODE_A).pid();
    cycle(volumes, CYCLES_IN_PEACE / 2, 0);
    Usage before = Usage.of(pid);
    cycle(volumes, CYCLES_IN_PEACE / 2, 0);
    assertThat(cluster.process(NODE_A).pid()).isEqualTo(pid);
    await()
        .untilAsserted(() ->
            assertThat(Usage.of(pid)).matches(now -> now.isAtMost(before, SLACK), "as " + before));
    assertThat(cluster.mountPoints()).isEmpty();
    assertThat(left()).containsExactlyElementsOf(leftBefore);
    assertThat(cluster.loops()).containsExactlyInAnyOrderElementsOf(loopsBefore);

    attachments.forEach(attachment -> cluster.attacher().detach(attachment));
    assertThat(cluster.loops()).isEmpty();
  }

  /** So many cycles in all; each volume's follow one another, the volumes run in parallel. */
  private void cycle(List<PersistentVolume> volumes, int cycles, int perKill) throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicInteger done = new AtomicInteger();
    Kubelet kubelet = cluster.kubelet(NODE_A);
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (PersistentVolume volume : volumes) {
        all.add(
            threads.submit(() -> {
              for (int i = 0; i < cycles / volumes.size(); i++) {
                oneCycle(kubelet, volume, i);
                done.incrementAndGet();
              }
            }));
      }
      int next = perKill;
      while (perKill > 0 && next < cycles) {
        int until = next + random.nextInt(VOLUMES);
        await()
            .pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
            .until(() -> done.get() >= until || all.stream().allMatch(Future::isDone));
        cluster.killAndRestart(NODE_A);
        next += perKill;
      }
    }
    for (Future<?> each : all) {
      each.get();
    }
    assertThat(done).as("seed %d", seed).hasValue(cycles);
  }

  private static void oneCycle(Kubelet kubelet, PersistentVolume volume, int cycle) {
    String pod = "pod-" + volume.name() + "-" + cycle % 3;
    Path staging = kubelet.stage(volume);
    Path target = kubelet.publish(volume, pod);
    assertThat(staging).isDirectory();
    assertThat(target).isDirectory();
    kubelet.unpublish(volume, pod);
    kubelet.unstage(volume);
  }

  /** What the driver keeps for itself, and what is left of its mount points. */
  private List<Path> left() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path root : List.of(cluster.stateDirectory(NODE_A), cluster.kubeletRoot(NODE_A))) {
      try (Stream<Path> below = Files.walk(root)) {
        below
            .filter(path -> Files.isRegularFile(path) || path.endsWith("mount"))
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }
}
