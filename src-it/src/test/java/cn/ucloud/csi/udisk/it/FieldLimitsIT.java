package cn.ucloud.csi.udisk.it;

import static io.grpc.Status.Code.ABORTED;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.NOT_FOUND;
import static io.grpc.Status.Code.OK;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CreateVolumeRequest;
import csi.v1.GetSnapshotRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fields longer than the CSI specification's 128 bytes, or than anything can hold: names and paths
 * are served as long as they can be, ids and the rest are refused in a sentence.
 */
class FieldLimitsIT {
  private static final String TOO_LONG = "v".repeat(129);
  private static final String FAR_TOO_LONG = "v".repeat(100_000);
  private static final int LONGEST_SENTENCE = 1024;

  private static SanityWorld world;
  private final SanityCalls calls;
  private final CallsByVolumeId named;

  @BeforeAll
  static void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    world = new SanityWorld(directory.toRealPath());
  }

  @AfterAll
  static void stop() {
    assertThat(world.logs()).doesNotContain("bug in the driver");
    world.close();
  }

  FieldLimitsIT() {
    this.calls = new SanityCalls(world, AccessType.MOUNT);
    this.named = new CallsByVolumeId(calls);
  }

  @AfterEach
  void cleanUp() {
    calls.close();
  }

  @Test
  void idThatIsTooLongIsRefusedByItsFieldInEveryCall() {
    for (String id : List.of(TOO_LONG, FAR_TOO_LONG)) {
      named.all(id).forEach((rpc, call) -> assertRefused(rpc, INVALID_ARGUMENT, "volume_id", call));
      Volume volume = Volume.newBuilder().setVolumeId("bsm-a").build();
      assertRefused(
          "node_id",
          INVALID_ARGUMENT,
          "node_id",
          () ->
              calls.controller(stub ->
                  stub.controllerPublishVolume(
                      calls.attachRequest(volume.getVolumeId(), id).build())));
      assertRefused(
          "snapshot_id",
          INVALID_ARGUMENT,
          "snapshot_id",
          () ->
              calls.controller(stub ->
                  stub.getSnapshot(GetSnapshotRequest.newBuilder().setSnapshotId(id).build())));
    }
  }

  @Test
  void pathThatNoFilesystemCanHoldIsRefusedAndTheDiskIsNotFormatted() {
    Volume volume = calls.create("long-path");
    Map<String, String> context = calls.attach(volume.getVolumeId());
    String id = volume.getVolumeId();
    for (String path : List.of("/" + "n".repeat(256), "/n".repeat(2048) + "n")) {
      NodeStageVolumeRequest stage =
          calls.stageRequest(volume, context).setStagingTargetPath(path).build();
      assertRefused(
          "stage",
          INVALID_ARGUMENT,
          "staging_target_path",
          () -> calls.node(stub -> stub.nodeStageVolume(stage)));
      NodePublishVolumeRequest publish =
          calls.publishRequest(volume, context).setTargetPath(path).build();
      assertRefused(
          "publish",
          INVALID_ARGUMENT,
          "target_path",
          () -> calls.node(stub -> stub.nodePublishVolume(publish)));
      assertRefused("unpublish", INVALID_ARGUMENT, "target_path", () -> named.unpublish(id, path));
      assertRefused(
          "unstage", INVALID_ARGUMENT, "staging_target_path", () -> named.unstage(id, path));
      assertRefused("expand", NOT_FOUND, "volume_path", () -> named.expand(id, path));
      assertRefused("stats", NOT_FOUND, "volume_path", () -> named.stats(id, path));
    }
    Path image = world.directory().resolve("region/disks/" + id + ".img");
    assertThat(Shell.run("stat", "--format=%b", image.toString()).strip()).isEqualTo("0");
  }

  @Test
  void pathOfAThousandBytesIsServed() {
    Volume volume = calls.create("deep-path");
    Map<String, String> context = calls.attach(volume.getVolumeId());
    String deep = "/" + "d".repeat(200);
    Path staging = Path.of(calls.staging() + deep.repeat(5));
    Path target = Path.of(calls.target().resolveSibling("deep") + deep.repeat(5));
    calls.stage(calls.stageRequest(volume, context).setStagingTargetPath(staging.toString()));
    calls.publish(
        calls
            .publishRequest(volume, context)
            .setStagingTargetPath(staging.toString())
            .setTargetPath(target.toString()));
    assertThat(world.cluster().mountPoints()).containsExactly(staging, target);
    calls.unpublish(volume.getVolumeId(), target);
    assertThat(target).doesNotExist();
    var _ = named.unstage(volume.getVolumeId(), staging.toString());
    assertThat(world.cluster().mountPoints()).isEmpty();
  }

  @Test
  void volumesWhoseLongNamesDifferOnlyAtTheirEndAreTwo() {
    String name = SanityCalls.unique("long") + "n".repeat(3000);
    String first = calls.create(calls.createRequest(name + "1")).getVolumeId();
    assertThat(calls.create(calls.createRequest(name + "1")).getVolumeId()).isEqualTo(first);
    assertThat(calls.create(calls.createRequest(name + "2")).getVolumeId()).isNotEqualTo(first);
  }

  @Test
  void anythingElseThatIsTooLongIsRefusedInOneSentence() {
    for (String text : List.of(TOO_LONG, FAR_TOO_LONG)) {
      CreateVolumeRequest key = calls.createRequest("pvc-long").putParameters(text, "1").build();
      assertRefused("key", INVALID_ARGUMENT, "parameters", () -> create(key));
      CreateVolumeRequest value =
          calls.createRequest("pvc-long").putParameters("type", text).build();
      assertRefused("value", INVALID_ARGUMENT, "type", () -> create(value));
      CreateVolumeRequest fsType =
          calls
              .createRequest("pvc-long")
              .setVolumeCapabilities(0, AccessType.filesystem(Mode.SINGLE_NODE_WRITER, text))
              .build();
      assertRefused("fs_type", INVALID_ARGUMENT, "volume_capabilities", () -> create(fsType));
      assertRefused(
          "starting_token",
          ABORTED,
          "starting_token",
          () ->
              calls.controller(stub ->
                  stub.listVolumes(
                      ListVolumesRequest.newBuilder().setStartingToken(text).build())));
    }
    Volume volume = Volume.newBuilder().setVolumeId("bsm-a").build();
    NodeStageVolumeRequest flags =
        calls
            .stageRequest(volume, Map.of())
            .setVolumeCapability(
                AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "ext4", "o".repeat(5000)))
            .build();
    assertRefused(
        "mount_flags",
        INVALID_ARGUMENT,
        "mount_flags",
        () -> calls.node(stub -> stub.nodeStageVolume(flags)));
    assertThat(world.cluster().sandbox().disksNamed("pvc-long")).isEmpty();
  }

  /** By the transport, which calls that an internal error; no service sees the call. */
  @Test
  void moreThanAMessageHoldsIsRefusedAndTheProcessesGoOn() {
    String text = "v".repeat(5 << 20);
    Volume volume = Volume.newBuilder().setVolumeId(text).build();
    NodeStageVolumeRequest stage = calls.stageRequest(volume, Map.of()).build();
    assertThat(Refusal.codeOf(() -> calls.node(stub -> stub.nodeStageVolume(stage))))
        .isNotEqualTo(OK);
    CreateVolumeRequest create = calls.createRequest(text).build();
    assertThat(Refusal.codeOf(() -> create(create))).isNotEqualTo(OK);
    Volume made = calls.published("after");
    assertThat(Refusal.codeOf(() -> named.stats(made.getVolumeId(), calls.target().toString())))
        .isEqualTo(OK);
  }

  private Object create(CreateVolumeRequest request) {
    return calls.controller(stub -> stub.createVolume(request));
  }

  private static void assertRefused(String what, Code code, String names, Supplier<?> call) {
    Refusal refusal = Refusal.of(call);
    assertThat(refusal.code()).as("%s: %s", what, refusal).isEqualTo(code);
    assertThat(refusal.sentence()).as(what).contains(names);
    assertThat(refusal.sentence().getBytes(StandardCharsets.UTF_8).length)
        .as(what)
        .isLessThanOrEqualTo(LONGEST_SENTENCE);
  }
}
