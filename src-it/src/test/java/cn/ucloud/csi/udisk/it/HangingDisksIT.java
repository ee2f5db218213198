package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.ProbeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.MountVolume;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Disks that do not answer. Their images lie in a filesystem whose server is stopped, so a read of
 * their block devices never ends.
 */
class HangingDisksIT {
  /** More than a thread for each core, and then some. */
  private static final int HANGING = Math.max(4, Runtime.getRuntime().availableProcessors() + 1);

  /** Of those who call for a volume whose disk hangs. */
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @TempDir private Path temporary;
  private Path directory;
  private LoopCluster cluster;
  private Process server;
  private int port;

  /** The loop devices of the disks that hang. */
  private final List<Path> devices = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    Loops.assumeTheyCanBeMade();
    assumeTrue(Shell.attempt("", "fuse2fs", "--version").code() < 2, "fuse2fs is not installed");
    directory = temporary.toRealPath();
    port = FreePort.take();
    cluster =
        new LoopCluster(directory)
            .withNodeFlags(NODE_A, Map.of("--http-listen", "127.0.0.1:" + port))
            .start();
    Path image = directory.resolve("stoppable.img");
    Path stoppable = Files.createDirectory(directory.resolve("stoppable"));
    Shell.run("truncate", "--size", "200G", image.toString());
    Shell.run("mkfs.ext4", "-q", "-O", "^has_journal", image.toString());
    server =
        new ProcessBuilder("fuse2fs", "-f", image.toString(), stoppable.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    await().until(() -> cluster.mountPoints().contains(stoppable));
  }

  @AfterEach
  void stop() throws Exception {
    signal("CONT");
    // Once its image's own mount is gone, nobody can tell any more whose loop device it is.
    devices.forEach(device -> Shell.run("losetup", "--detach", device.toString()));
    cluster.close();
    server.destroy();
    server.waitFor();
    assertThat(cluster.mountPoints()).isEmpty();
    await().untilAsserted(() -> assertThat(cluster.loops()).isEmpty());
    for (Path device : devices) {
      Path backing = Path.of("/sys/block").resolve(device.getFileName()).resolve("loop");
      await().until(() -> !Files.exists(backing));
    }
  }

  @Test
  void callsForOtherVolumesAreAnsweredWhileFourDisksHang() throws Exception {
    PersistentVolume healthy = cluster.provision(NODE_A, "healthy");
    VolumeAttachment _ = cluster.attacher().attach(healthy, NODE_A);
    List<NodeStageVolumeRequest> hanging = new ArrayList<>();
    for (int i = 0; i < HANGING; i++) {
      hanging.add(stageOnStoppable("hanging-" + i));
    }
    signal("STOP");
    try (ExecutorService callers = Executors.newCachedThreadPool()) {
      List<Future<?>> answers = new ArrayList<>();
      for (NodeStageVolumeRequest request : hanging) {
        answers.add(
            callers.submit(() ->
                cluster.calls(NODE_A).within(DEADLINE).call(s -> s.nodeStageVolume(request))));
      }
      await()
          .until(() ->
              MetricsPage.read(port)
                  .text()
                  .contains("udisk_operations_in_flight{kind=\"stage\"} " + HANGING + ".0"));
      for (NodeStageVolumeRequest request : hanging) {
        String waiting = "udisk_volume_in_flight{volume=\"" + request.getVolumeId() + "\"}";
        await().until(() -> MetricsPage.read(port).value(waiting) > 0);
      }

      var _ =
          cluster
              .socket(NODE_A)
              .call(
                  IdentityGrpc::newBlockingStub,
                  Patience.LIMIT,
                  stub -> stub.probe(ProbeRequest.getDefaultInstance()));
      for (NodeStageVolumeRequest request : hanging) {
        assertThat(health(request.getVolumeId())).isEqualTo(request.getVolumeId());
      }
      Kubelet kubelet = cluster.kubelet(NODE_A);
      kubelet.stage(healthy);
      Files.writeString(kubelet.publish(healthy, "pod-1").resolve("note"), "written");
      kubelet.unpublish(healthy, "pod-1");
      kubelet.unstage(healthy);

      for (Future<?> answer : answers) {
        assertThatThrownBy(answer::get)
            .cause()
            .isInstanceOf(StatusRuntimeException.class)
            .hasMessageContaining("is still under way");
      }
    }
    signal("CONT");
    for (NodeStageVolumeRequest request : hanging) {
      var _ =
          ControllerCalls.untilCertain(
              () -> cluster.calls(NODE_A).call(stub -> stub.nodeStageVolume(request)));
    }
  }

  /** Asks for it; gives the volume that the answer is about. */
  private String health(String volume) {
    NodeGetVolumeHealthRequest request =
        NodeGetVolumeHealthRequest.newBuilder().setVolumeId(volume).build();
    return cluster
        .calls(NODE_A)
        .within(DEADLINE)
        .call(stub -> stub.nodeGetVolumeHealth(request))
        .getVolumeHealth()
        .getVolumeId();
  }

  /** A staged volume whose next staging has to read the disk; gives the request for that. */
  private NodeStageVolumeRequest stageOnStoppable(String name) throws IOException {
    PersistentVolume volume = cluster.provision(NODE_A, name, "xfs");
    Path image = directory.resolve("region/disks").resolve(volume.volumeHandle() + ".img");
    Path stoppable = directory.resolve("stoppable").resolve(name);
    Shell.run("truncate", "--size", Long.toString(Files.size(image)), stoppable.toString());
    Shell.run("mount", "--bind", stoppable.toString(), image.toString());
    VolumeAttachment attachment = cluster.attacher().attach(volume, NODE_A);
    Path staging = cluster.kubelet(NODE_A).stage(volume);
    Path device =
        Path.of(Shell.run("findmnt", "-n", "-o", "SOURCE", staging.toString()).strip())
            .toRealPath();
    devices.add(device);
    // Neither the device nor the file below it may answer from memory.
    Shell.run("blockdev", "--flushbufs", device.toString());
    Shell.run("dd", "if=" + stoppable, "iflag=nocache", "count=0", "status=none");
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(volume.volumeHandle())
        .putAllPublishContext(attachment.publishContext())
        .putAllVolumeContext(volume.volumeAttributes())
        .setStagingTargetPath(staging.toString())
        .setVolumeCapability(
            VolumeCapability.newBuilder(ControllerCalls.EXT4)
                .setMount(MountVolume.newBuilder().setFsType("xfs")))
        .build();
  }

  private void signal(String name) {
    Shell.run("kill", "-" + name, Long.toString(server.pid()));
  }
}
