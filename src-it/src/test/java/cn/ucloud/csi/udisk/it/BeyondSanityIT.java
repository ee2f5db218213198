package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static cn.ucloud.csi.udisk.it.SanityCalls.unique;
import static io.grpc.Status.Code.ALREADY_EXISTS;
import static io.grpc.Status.Code.FAILED_PRECONDITION;
import static io.grpc.Status.Code.INVALID_ARGUMENT;
import static io.grpc.Status.Code.OK;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a volume's second stage and second publish answer, which csi-sanity hardly asks. The table
 * is the CSI specification's, for a driver that announces SINGLE_NODE_MULTI_WRITER.
 */
class BeyondSanityIT {
  private static SanityWorld world;

  @BeforeAll
  static void start(@TempDir(cleanup = CleanupMode.NEVER) Path directory) throws IOException {
    world = new SanityWorld(directory.toRealPath());
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /** What a second publish answers, at the same target and at another one. */
  private record Cell(SecondPublish difference, Code same, Code other) {}

  private static List<Cell> table(Mode first) {
    return switch (first) {
      case SINGLE_NODE_WRITER, SINGLE_NODE_SINGLE_WRITER ->
          List.of(
              new Cell(SecondPublish.NOTHING, OK, FAILED_PRECONDITION),
              new Cell(SecondPublish.READONLY, ALREADY_EXISTS, FAILED_PRECONDITION),
              new Cell(SecondPublish.FLAGS, ALREADY_EXISTS, FAILED_PRECONDITION),
              new Cell(SecondPublish.MODE, ALREADY_EXISTS, FAILED_PRECONDITION));
      case SINGLE_NODE_MULTI_WRITER ->
          List.of(
              new Cell(SecondPublish.NOTHING, OK, OK),
              new Cell(SecondPublish.READONLY, ALREADY_EXISTS, OK),
              new Cell(SecondPublish.FLAGS, ALREADY_EXISTS, OK),
              new Cell(SecondPublish.MODE, ALREADY_EXISTS, FAILED_PRECONDITION));
      case SINGLE_NODE_READER_ONLY ->
          List.of(
              new Cell(SecondPublish.NOTHING, OK, OK),
              new Cell(SecondPublish.READONLY, OK, OK), // read-only either way
              new Cell(SecondPublish.FLAGS, ALREADY_EXISTS, OK),
              new Cell(SecondPublish.MODE, ALREADY_EXISTS, FAILED_PRECONDITION));
      default -> throw new AssertionError(first);
    };
  }

  /** A disk is read-only for all who use it or for nobody, so the table cannot be kept there. */
  private static Code atAnother(AccessType type, Mode mode, Cell cell) {
    boolean writableBesideReadOnly =
        type == AccessType.BLOCK
            && mode == Mode.SINGLE_NODE_MULTI_WRITER
            && cell.difference() == SecondPublish.READONLY;
    return writableBesideReadOnly ? FAILED_PRECONDITION : cell.other();
  }

  static List<Arguments> modes() {
    return List.of(AccessType.values()).stream()
        .flatMap(type ->
            List.of(
                    Mode.SINGLE_NODE_WRITER,
                    Mode.SINGLE_NODE_SINGLE_WRITER,
                    Mode.SINGLE_NODE_MULTI_WRITER,
                    Mode.SINGLE_NODE_READER_ONLY)
                .stream()
                .map(mode -> Arguments.of(type, mode)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void secondPublishAnswersAsTheTableOfTheSpecificationSays(AccessType type, Mode mode) {
    Map<String, Code> said = new LinkedHashMap<>();
    Map<String, Code> wanted = new LinkedHashMap<>();
    try (SanityCalls calls = new SanityCalls(world, type)) {
      NodePublishVolumeRequest first = published(calls, mode);
      List<Path> mounts = world.cluster().mountPoints();
      Path other = calls.target().resolveSibling("other");
      for (Cell cell : table(mode)) {
        SecondPublish difference = cell.difference();
        if (!SecondPublish.of(type).contains(difference)) {
          continue;
        }
        NodePublishVolumeRequest.Builder again = first.toBuilder();
        difference.change(again);
        wanted.put(difference + " at the same target", cell.same());
        said.put(difference + " at the same target", codeOf(calls, again));
        assertThat(world.cluster().mountPoints()).as("%s", difference).isEqualTo(mounts);
        wanted.put(difference + " at another target", atAnother(type, mode, cell));
        Code code = codeOf(calls, again.setTargetPath(other.toString()));
        said.put(difference + " at another target", code);
        boolean there = world.cluster().mountPoints().contains(other);
        assertThat(there).as("%s", difference).isEqualTo(code == OK);
        calls.unpublish(first.getVolumeId(), other);
        assertThat(other).doesNotExist();
      }
    }
    assertThat(said).isEqualTo(wanted);
  }

  private static NodePublishVolumeRequest published(SanityCalls calls, Mode mode) {
    VolumeCapability capability = calls.capability(mode);
    Volume volume =
        calls.create(calls.createRequest(unique("second")).setVolumeCapabilities(0, capability));
    Map<String, String> context = calls.attach(volume.getVolumeId());
    if (mode == Mode.SINGLE_NODE_READER_ONLY) { // a blank disk is not formatted for readers
      calls.stage(calls.stageRequest(volume, context));
      calls.unstage(volume.getVolumeId());
    }
    calls.stage(calls.stageRequest(volume, context).setVolumeCapability(capability));
    NodePublishVolumeRequest.Builder request =
        calls.publishRequest(volume, context).setVolumeCapability(capability);
    calls.publish(request);
    return request.build();
  }

  private static Code codeOf(SanityCalls calls, NodePublishVolumeRequest.Builder request) {
    return Refusal.codeOf(() -> calls.node(stub -> stub.nodePublishVolume(request.build())));
  }

  @ParameterizedTest
  @EnumSource(names = "MULTI_NODE_.*", mode = EnumSource.Mode.MATCH_ALL)
  void publishForManyNodesIsRefusedWhateverIsThere(Mode mode) {
    for (AccessType type : AccessType.values()) {
      try (SanityCalls calls = new SanityCalls(world, type)) {
        NodePublishVolumeRequest.Builder request =
            published(calls, Mode.SINGLE_NODE_MULTI_WRITER).toBuilder();
        request.getVolumeCapabilityBuilder().getAccessModeBuilder().setMode(mode);
        assertThat(codeOf(calls, request)).isEqualTo(INVALID_ARGUMENT);
        Path other = calls.target().resolveSibling("other");
        assertThat(codeOf(calls, request.setTargetPath(other.toString())))
            .isEqualTo(INVALID_ARGUMENT);
        assertThat(other).doesNotExist();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AccessType.class)
  void secondStageWithAnotherCapabilityIsAlreadyExistsAtEveryPath(AccessType type) {
    List<VolumeCapability> others =
        switch (type) {
          case MOUNT ->
              List.of(
                  AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "xfs"),
                  AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "ext4", "noatime"),
                  AccessType.filesystem(Mode.SINGLE_NODE_WRITER, "ext4", "ro"),
                  AccessType.BLOCK.capability(Mode.SINGLE_NODE_WRITER));
          case BLOCK ->
              List.of(
                  AccessType.BLOCK.capability(Mode.SINGLE_NODE_READER_ONLY),
                  AccessType.MOUNT.capability(Mode.SINGLE_NODE_WRITER));
        };
    try (SanityCalls calls = new SanityCalls(world, type)) {
      NodeStageVolumeRequest first = staged(calls);
      List<Path> mounts = world.cluster().mountPoints();
      Path elsewhere = calls.staging().resolveSibling("elsewhere");
      for (VolumeCapability other : others) {
        refused(ALREADY_EXISTS, stage(calls, first, r -> r.setVolumeCapability(other)));
        refused(
            ALREADY_EXISTS,
            stage(
                calls,
                first,
                r -> r.setVolumeCapability(other).setStagingTargetPath(elsewhere.toString())));
        assertThat(world.cluster().mountPoints()).as("%s", other).isEqualTo(mounts);
        assertThat(elsewhere).as("%s", other).doesNotExist();
      }
      assertThat(Refusal.codeOf(stage(calls, first, r -> r))).isEqualTo(OK);
      assertThat(world.cluster().mountPoints()).isEqualTo(mounts);
    }
  }

  /** As kubelet does that was updated from a version with other staging paths. */
  @ParameterizedTest
  @EnumSource(AccessType.class)
  void secondStageAtAnotherPathIsThatVolumeToo(AccessType type) {
    try (SanityCalls calls = new SanityCalls(world, type)) {
      NodeStageVolumeRequest first = staged(calls);
      Path elsewhere = calls.staging().resolveSibling("elsewhere");
      var _ = stage(calls, first, r -> r.setStagingTargetPath(elsewhere.toString())).get();
      assertThat(world.cluster().mountPoints())
          .containsExactlyElementsOf(
              type == AccessType.MOUNT ? List.of(calls.staging(), elsewhere) : List.of());
      unstageElsewhere(calls, first.getVolumeId(), elsewhere);
      assertThat(world.cluster().mountPoints())
          .containsExactlyElementsOf(
              type == AccessType.MOUNT ? List.of(calls.staging()) : List.of());
    }
  }

  private static void unstageElsewhere(SanityCalls calls, String volume, Path path) {
    // ABORTED while the volume is staged at its other path: the disk must not be detached yet.
    Code _ =
        Refusal.codeOf(() ->
            calls.node(stub ->
                stub.nodeUnstageVolume(
                    NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(volume)
                        .setStagingTargetPath(path.toString())
                        .build())));
  }

  private static NodeStageVolumeRequest staged(SanityCalls calls) {
    Volume volume = calls.create("staged-again");
    NodeStageVolumeRequest.Builder request =
        calls.stageRequest(volume, calls.attach(volume.getVolumeId()));
    calls.stage(request);
    return request.build();
  }

  private static Supplier<Object> stage(
      SanityCalls calls,
      NodeStageVolumeRequest first,
      UnaryOperator<NodeStageVolumeRequest.Builder> change) {
    NodeStageVolumeRequest again = change.apply(first.toBuilder()).build();
    return () -> calls.node(stub -> stub.nodeStageVolume(again));
  }
}
