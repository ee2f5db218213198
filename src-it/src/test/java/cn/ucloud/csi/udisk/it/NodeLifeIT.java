package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_B;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeExpandVolumeResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes on nodes, with real filesystems on real block devices and real processes. */
class NodeLifeIT {
  private static final String POD = "pod-1";
  private static final int ROUNDS = 2;

  /** A first stage formats; all calls are slower in a process that has just started. */
  private static final Duration LONGEST_STAGE = Duration.ofMillis(900);

  private static final Duration LONGEST_OTHER = Duration.ofMillis(250);

  @TempDir private Path directory;
  private LoopCluster cluster;

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
  void contentGoesWithTheVolumeToAnotherHostUnderAnotherLetter() throws IOException {
    PersistentVolume volume = cluster.provision(NODE_A, "moving");
    VolumeAttachment onA = cluster.attacher().attach(volume, NODE_A);
    Kubelet a = cluster.kubelet(NODE_A);
    Path staging = a.stage(volume);
    Path target = a.publish(volume, POD);
    assertThat(cluster.mountPoints()).containsExactly(staging, target);
    Files.writeString(target.resolve("note"), "kept");
    a.unpublish(volume, POD);
    a.unstage(volume);
    assertThat(cluster.mountPoints()).isEmpty();
    cluster.attacher().detach(onA);
    assertThat(cluster.loops()).isEmpty();

    cluster.sandbox().simulator().console().letter("uhost-b", "vdz");
    VolumeAttachment onB = cluster.attacher().attach(volume, NODE_B);
    assertThat(onB.publishContext()).containsEntry("deviceName", "vdb");
    Kubelet b = cluster.kubelet(NODE_B);
    b.stage(volume);
    Path there = b.publish(volume, POD);
    assertThat(there.resolve("note")).hasContent("kept");
    b.unpublish(volume, POD);
    b.unstage(volume);
    cluster.attacher().detach(onB);

    cluster.delete(volume);
    assertThat(cluster.sandbox().disks()).isEmpty();
    assertThat(cluster.mountPoints()).isEmpty();
  }

  @Test
  void killedAtAnyPointTheRepeatLeavesWhatOneCallWouldHaveLeft() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Kubelet kubelet = cluster.kubelet(NODE_A);
    for (int round = 0; round < ROUNDS; round++) {
      String what = "round " + round + " with seed " + seed;
      PersistentVolume volume = cluster.provision(NODE_A, "killed-" + round);
      VolumeAttachment attachment = cluster.attacher().attach(volume, NODE_A);

      Path staging = killing(random, LONGEST_STAGE, () -> kubelet.stage(volume));
      assertThat(cluster.mountPoints()).as("stage, " + what).containsExactly(staging);

      Path target = killing(random, LONGEST_OTHER, () -> kubelet.publish(volume, POD));
      assertThat(cluster.mountPoints()).as("publish, " + what).containsExactly(staging, target);
      Files.writeString(target.resolve("note"), "kept");

      killing(random, LONGEST_OTHER, () -> kubelet.unpublish(volume, POD));
      assertThat(cluster.mountPoints()).as("unpublish, " + what).containsExactly(staging);
      assertThat(target).as("unpublish, " + what).doesNotExist();

      killing(random, LONGEST_OTHER, () -> kubelet.unstage(volume));
      assertThat(cluster.mountPoints()).as("unstage, " + what).isEmpty();

      killing(random, LONGEST_OTHER, () -> kubelet.stage(volume));
      assertThat(staging.resolve("note")).as("staged again, " + what).hasContent("kept");
      kubelet.unstage(volume);
      cluster.attacher().detach(attachment);
    }
  }

  @Test
  void killedWhileItGrowsAVolumeTheRepeatGrowsIt() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    PersistentVolume volume = cluster.provision(NODE_A, "growing", "xfs");
    VolumeAttachment _ = cluster.attacher().attach(volume, NODE_A);
    Kubelet kubelet = cluster.kubelet(NODE_A);
    Path staging = kubelet.stage(volume);
    Path target = kubelet.publish(volume, POD);
    Files.writeString(target.resolve("note"), "kept");
    for (int round = 0; round < ROUNDS; round++) {
      long bytes = (20 + 10L * round) * ControllerCalls.GIB;
      CapacityRange range = CapacityRange.newBuilder().setRequiredBytes(bytes).build();
      var _ =
          ControllerCalls.untilCertain(() ->
              cluster
                  .sandbox()
                  .calls()
                  .call(stub ->
                      stub.controllerExpandVolume(
                          ControllerExpandVolumeRequest.newBuilder()
                              .setVolumeId(volume.volumeHandle())
                              .setCapacityRange(range)
                              .build())));
      NodeExpandVolumeRequest request =
          NodeExpandVolumeRequest.newBuilder()
              .setVolumeId(volume.volumeHandle())
              .setVolumePath(target.toString())
              .setStagingTargetPath(staging.toString())
              .setCapacityRange(range)
              .build();
      Callable<NodeExpandVolumeResponse> expand =
          () ->
              ControllerCalls.untilCertain(
                  () -> cluster.calls(NODE_A).call(stub -> stub.nodeExpandVolume(request)));
      String what = "round " + round + " with seed " + seed;
      assertThat(killing(random, LONGEST_OTHER, expand).getCapacityBytes())
          .as(what)
          .isEqualTo(bytes);
      assertThat(Files.getFileStore(target).getTotalSpace()).as(what).isGreaterThan(bytes * 9 / 10);
      assertThat(cluster.mountPoints()).as(what).containsExactly(staging, target);
      assertThat(target.resolve("note")).as(what).hasContent("kept");
    }
  }

  private void killing(Random random, Duration within, Runnable call) throws Exception {
    boolean _ =
        killing(
            random,
            within,
            () -> {
              call.run();
              return true;
            });
  }

  /** Kubelet goes on calling while the process is killed and started again. */
  private <T> T killing(Random random, Duration within, Callable<T> call) throws Exception {
    try (ScheduledExecutorService threads = Executors.newScheduledThreadPool(2)) {
      Future<T> answer = threads.submit(call);
      threads
          .schedule(
              () -> cluster.killAndRestart(NODE_A),
              random.nextLong(within.toNanos()),
              TimeUnit.NANOSECONDS)
          .get();
      return answer.get();
    }
  }
}
