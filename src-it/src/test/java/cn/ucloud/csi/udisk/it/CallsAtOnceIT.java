package cn.ucloud.csi.udisk.it;

import static io.grpc.Status.Code.ABORTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability.AccessMode.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same call many times at once, and opposite calls at once. */
class CallsAtOnceIT {
  private static final int CALLERS = 8;

  private static final ExecutorService CALLS = Executors.newVirtualThreadPerTaskExecutor();
  private static SanityWorld world;

  @BeforeAll
  static void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    world = new SanityWorld(directory.toRealPath());
  }

  @AfterAll
  static void stop() {
    CALLS.shutdownNow();
    world.close();
  }

  @ParameterizedTest
  @EnumSource(AccessType.class)
  void sameCallFromManyAtOnceLeavesWhatOneLeaves(AccessType type) throws Exception {
    try (SanityCalls calls = new SanityCalls(world, type)) {
      Volume volume = calls.create("at-once");
      String id = volume.getVolumeId();
      List<Map<String, String>> contexts = atOnce(() -> calls.attach(id));
      assertThat(contexts).containsOnly(contexts.getFirst());
      Map<String, String> context = contexts.getFirst();

      allSucceed(() -> calls.stage(calls.stageRequest(volume, context)));
      List<Path> staged = type == AccessType.MOUNT ? List.of(calls.staging()) : List.of();
      assertThat(world.cluster().mountPoints()).isEqualTo(staged);

      allSucceed(() -> calls.publish(calls.publishRequest(volume, context)));
      List<Path> published = new ArrayList<>(staged);
      published.add(calls.target());
      assertThat(world.cluster().mountPoints()).isEqualTo(published);

      allSucceed(() -> calls.unpublish(id, calls.target()));
      assertThat(world.cluster().mountPoints()).isEqualTo(staged);
      assertThat(calls.target()).doesNotExist();

      allSucceed(() -> calls.unstage(id));
      assertThat(world.cluster().mountPoints()).isEmpty();
    }
  }

  private static void allSucceed(Runnable call) throws Exception {
    assertThat(
            atOnce(() -> {
              call.run();
              return true;
            }))
        .hasSize(CALLERS);
  }

  private static <T> List<T> atOnce(Callable<T> call) throws Exception {
    List<Future<T>> running = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      running.add(CALLS.submit(call));
    }
    List<T> answers = new ArrayList<>();
    for (Future<T> each : running) {
      answers.add(each.get());
    }
    return answers;
  }

  @Test
  void anythingElseIsAbortedWhileANodeFormatsAndTheSameCallJoins() throws Exception {
    Path gate = Files.createDirectories(world.directory().resolve("gate"));
    NodeCalls node = new NodeCalls(nodeWhoseMkfsWaits(gate).socket());
    try (SanityCalls calls = new SanityCalls(world, AccessType.MOUNT)) {
      Volume volume = calls.create("opposite");
      Map<String, String> context = calls.attach(volume.getVolumeId());
      NodeStageVolumeRequest stage =
          calls
              .stageRequest(volume, context)
              .setVolumeCapability(AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "xfs"))
              .build();
      Callable<Object> staging =
          () -> node.within(Patience.LIMIT).call(stub -> stub.nodeStageVolume(stage));
      Future<Object> first = CALLS.submit(staging);
      await().until(() -> Files.exists(gate.resolve("begun")));

      Future<Object> second = CALLS.submit(staging);
      NodeUnstageVolumeRequest unstage =
          NodeUnstageVolumeRequest.newBuilder()
              .setVolumeId(volume.getVolumeId())
              .setStagingTargetPath(stage.getStagingTargetPath())
              .build();
      assertBusy(Refusal.of(() -> node.call(stub -> stub.nodeUnstageVolume(unstage))));
      NodePublishVolumeRequest publish = calls.publishRequest(volume, context).build();
      assertBusy(Refusal.of(() -> node.call(stub -> stub.nodePublishVolume(publish))));
      NodeStageVolumeRequest other =
          stage.toBuilder().setVolumeCapability(calls.capability()).build();
      assertBusy(Refusal.of(() -> node.call(stub -> stub.nodeStageVolume(other))));
      assertThat(world.cluster().mountPoints()).isEmpty();

      open(gate);
      var _ = first.get();
      var _ = second.get();
      assertThat(world.cluster().mountPoints()).containsExactly(calls.staging());
      var _ = node.call(stub -> stub.nodeUnstageVolume(unstage));
    } finally {
      open(gate);
    }
  }

  private static void assertBusy(Refusal refusal) {
    assertThat(refusal.code()).isEqualTo(ABORTED);
    assertThat(refusal.sentence()).contains("stage");
  }

  /** Finds a mkfs.xfs that says that it was started and goes on when it is let. */
  private static Plugin nodeWhoseMkfsWaits(Path gate) throws IOException {
    String mkfs = Shell.run("sh", "-c", "command -v mkfs.xfs").strip();
    Path program = gate.resolve("mkfs.xfs");
    Files.writeString(
        program,
        """
        #!/bin/sh
        touch %1$s/begun
        while [ -d %1$s ] && [ ! -e %1$s/open ]; do sleep 0.05; done
        exec %2$s "$@"
        """
            .formatted(gate, mkfs));
    var _ = Shell.run("chmod", "+x", program.toString());
    return world
        .cluster()
        .sandbox()
        .startNode(
            List.of(),
            "gated",
            "uhost-a",
            Map.of(),
            Map.of("PATH", gate + ":" + System.getenv("PATH")));
  }

  private static void open(Path gate) throws IOException {
    Files.writeString(gate.resolve("open"), "");
  }

  @Test
  void detachIsAbortedWhileTheCloudAttachesAndTheSameCallJoins() throws Exception {
    try (SanityCalls calls = new SanityCalls(world, AccessType.MOUNT)) {
      Volume volume = calls.create("attaching");
      String id = volume.getVolumeId();
      var faults = world.cluster().sandbox().simulator().faults();
      faults.add(Fault.of("AttachUDisk", Effect.HOLD_ANSWER));
      Callable<ControllerPublishVolumeResponse> attach =
          () ->
              calls.controllerWithin(
                  Patience.LIMIT,
                  stub ->
                      stub.controllerPublishVolume(
                          calls.attachRequest(id, calls.nodeId()).build()));
      Future<ControllerPublishVolumeResponse> first = CALLS.submit(attach);
      try {
        await().until(() -> faults.held() == 1);
        Future<ControllerPublishVolumeResponse> second = CALLS.submit(attach);
        ControllerUnpublishVolumeRequest detach =
            ControllerUnpublishVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setNodeId(calls.nodeId())
                .build();
        Refusal refusal =
            Refusal.of(() -> calls.controller(stub -> stub.controllerUnpublishVolume(detach)));
        assertThat(refusal.code()).isEqualTo(ABORTED);
        assertThat(refusal.sentence()).contains("attach");
        faults.release();
        assertThat(first.get()).isEqualTo(second.get());
      } finally {
        faults.release();
      }
    }
  }
}
