package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.CreateVolumeRequest;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.ProbeRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that does not say its serial: each read of that file is a request to the disk, and hangs
 * with it. A pipe nobody writes to stands for the file.
 */
class HangingSerialsIT {
  /** More than a thread for each core, and then some. */
  private static final int CALLS = Runtime.getRuntime().availableProcessors() + 2;

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private LoopCluster cluster;
  private Path serial;
  private Path saved;

  @BeforeEach
  void start() throws IOException {
    cluster = new LoopCluster(directory.toRealPath()).start();
    serial = cluster.directory().resolve("no-disk-yet");
    saved = cluster.directory().resolve("serial");
  }

  @AfterEach
  void stop() throws IOException {
    answer();
    cluster.closeLeavingNothing();
  }

  @Test
  void volumesAreUsedWhileTheSerialOfAnotherDiskHangs() throws Exception {
    Kubelet kubelet = cluster.kubelet(NODE_A);
    PersistentVolume mounted = attached("mounted");
    Path pod = publish(mounted, "pod-1");
    CreateVolumeRequest request =
        ControllerCalls.createRequest("pvc-raw")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(RawVolume.CAPABILITY)
            .build();
    String raw = untilCertain(() -> calls().create(request)).getVolumeId();
    Path device = publishRaw(raw);
    PersistentVolume next = attached("next");
    Set<Path> before = disks();
    PersistentVolume sick = attached("sick");
    Path disk = disks().stream().filter(path -> !before.contains(path)).findFirst().orElseThrow();
    hang(disk.resolve("serial"));

    try (ExecutorService callers = Executors.newCachedThreadPool()) {
      List<Future<Long>> sizes = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        sizes.add(callers.submit(() -> total(raw, device)));
      }
      for (Future<Long> size : sizes) {
        assertThat(size.get()).isEqualTo(10 * GIB);
      }
    }
    assertThat(total(mounted.volumeHandle(), pod)).isPositive();
    Path other = publish(next, "pod-2");
    Files.writeString(other.resolve("note"), "written");
    assertThat(total(next.volumeHandle(), other)).isPositive();
    kubelet.unpublish(next, "pod-2");
    kubelet.unstage(next);
    assertThat(total(raw, device)).isEqualTo(10 * GIB);
    var _ =
        cluster
            .socket(NODE_A)
            .call(
                IdentityGrpc::newBlockingStub,
                SOON,
                stub -> stub.probe(ProbeRequest.getDefaultInstance()));

    answer();
    Files.writeString(publish(sick, "pod-3").resolve("note"), "written");
  }

  private ControllerCalls calls() {
    return cluster.sandbox().calls();
  }

  private PersistentVolume attached(String name) {
    PersistentVolume volume = cluster.provision(NODE_A, name);
    VolumeAttachment _ = cluster.attacher().attach(volume, NODE_A);
    return volume;
  }

  private Path publish(PersistentVolume volume, String pod) {
    var _ = cluster.kubelet(NODE_A).stage(volume);
    return cluster.kubelet(NODE_A).publish(volume, pod);
  }

  /** The path of the device in the pod. */
  private Path publishRaw(String volume) throws IOException {
    Path devices = cluster.directory().resolve("kubelet/plugins/kubernetes.io/csi/volumeDevices");
    Path staging = Files.createDirectories(devices.resolve("staging/pvc-raw"));
    Path target = Files.createDirectories(devices.resolve("publish/pvc-raw")).resolve("pod-raw");
    Map<String, String> context = untilCertain(() -> calls().publish(volume, "uhost-a"));
    RawVolume raw = new RawVolume(volume, staging, target, context);
    var _ =
        untilCertain(() -> cluster.calls(NODE_A).call(stub -> stub.nodeStageVolume(raw.stage())));
    var _ =
        untilCertain(
            () -> cluster.calls(NODE_A).call(stub -> stub.nodePublishVolume(raw.publish())));
    return target;
  }

  private long total(String volume, Path path) {
    NodeGetVolumeStatsRequest request =
        NodeGetVolumeStatsRequest.newBuilder()
            .setVolumeId(volume)
            .setVolumePath(path.toString())
            .build();
    return cluster
        .calls(NODE_A)
        .within(SOON)
        .call(stub -> stub.nodeGetVolumeStats(request))
        .getUsage(0)
        .getTotal();
  }

  /** The disks that the node sees. */
  private Set<Path> disks() throws IOException {
    Path block = cluster.sandbox().simulator().guestRoot("uhost-a").resolve("sys/block");
    try (Stream<Path> all = Files.list(block)) {
      return all.collect(Collectors.toSet());
    }
  }

  private void hang(Path file) throws IOException {
    Path pipe = cluster.directory().resolve("pipe");
    Shell.run("mkfifo", pipe.toString());
    Files.createLink(saved, file);
    serial = file;
    Files.move(pipe, serial, ATOMIC_MOVE);
  }

  /** Lets go whoever reads the serial; does nothing if it does not hang. */
  private void answer() throws IOException {
    if (Files.exists(saved)) {
      // To open a pipe for both never blocks, and lets all go who wait for a writer.
      try (FileChannel _ = FileChannel.open(serial, READ, WRITE)) {
        Files.move(saved, serial, ATOMIC_MOVE);
      }
    }
  }
}
