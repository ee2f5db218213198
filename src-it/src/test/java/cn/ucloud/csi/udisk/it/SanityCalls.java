package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CapacityRange;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerServiceCapability;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Snapshot;
import csi.v1.TopologyRequirement;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls of one case. Each is made once: in a region without trouble a driver has no reason to
 * answer "try again". Closing it undoes all that the case has made, and sees that nothing is left.
 */
final class SanityCalls implements AutoCloseable {
  static final long GIB = ControllerCalls.GIB;
  static final Map<String, String> SECRETS = Map.of("token", "value-of-a-sanity-secret");

  private final SanityWorld world;
  private final AccessType type;
  private final ControllerCalls controller;
  private final NodeCalls node;
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final Path staging;
  private final Path target;

  SanityCalls(SanityWorld world, AccessType type) {
    this.world = world;
    this.type = type;
    this.controller = new ControllerCalls(world.controllerSocket());
    this.node = new NodeCalls(world.nodeSocket());
    this.staging = directory("staging");
    this.target = directory("mount").resolve("target");
  }

  private Path directory(String name) {
    try {
      return Files.createDirectories(world.directory().resolve("sanity").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SanityWorld world() {
    return world;
  }

  AccessType type() {
    return type;
  }

  String nodeId() {
    return world.node().getNodeId();
  }

  Path staging() {
    return staging;
  }

  Path target() {
    return target;
  }

  static String unique(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(0, 8);
  }

  <T> T controller(Function<ControllerBlockingStub, T> rpc) {
    return controller.call(rpc);
  }

  <T> T controllerWithin(Duration time, Function<ControllerBlockingStub, T> rpc) {
    return controller.within(time).call(rpc);
  }

  <T> T node(Function<NodeBlockingStub, T> rpc) {
    return node.call(rpc);
  }

  List<ControllerServiceCapability.RPC.Type> announced() {
    return controller(stub ->
            stub.controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance()))
        .getCapabilitiesList()
        .stream()
        .map(capability -> capability.getRpc().getType())
        .toList();
  }

  /** Whatever is refused is refused with one code, a sentence, and no details. */
  static void refused(Code code, Supplier<?> call) {
    Refusal refusal = Refusal.of(call);
    assertThat(refusal.code()).as("%s", refusal).isEqualTo(code);
  }

  VolumeCapability capability() {
    return capability(AccessMode.Mode.SINGLE_NODE_WRITER);
  }

  VolumeCapability capability(AccessMode.Mode mode) {
    return type.capability(mode);
  }

  /** A request for 10 GiB where the node is, as the provisioner makes it. */
  CreateVolumeRequest.Builder createRequest(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .addVolumeCapabilities(capability())
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(10 * GIB))
        .putParameters("type", "ssd")
        .putAllSecrets(SECRETS)
        .setAccessibilityRequirements(
            TopologyRequirement.newBuilder().addRequisite(world.node().getAccessibleTopology()));
  }

  Volume create(String name) {
    return create(createRequest(unique(name)));
  }

  Volume create(CreateVolumeRequest.Builder request) {
    Volume volume = controller.create(request.build());
    assertThat(volume.getVolumeId()).isNotEmpty();
    undo.push(() -> remove(volume.getVolumeId()));
    return volume;
  }

  void delete(String volume) {
    var _ =
        controller(stub ->
            stub.deleteVolume(
                DeleteVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .putAllSecrets(SECRETS)
                    .build()));
  }

  ControllerPublishVolumeRequest.Builder attachRequest(String volume, String nodeId) {
    return ControllerPublishVolumeRequest.newBuilder()
        .setVolumeId(volume)
        .setNodeId(nodeId)
        .setVolumeCapability(capability())
        .putAllSecrets(SECRETS);
  }

  Map<String, String> attach(String volume) {
    return controller(stub -> stub.controllerPublishVolume(attachRequest(volume, nodeId()).build()))
        .getPublishContextMap();
  }

  NodeStageVolumeRequest.Builder stageRequest(Volume volume, Map<String, String> context) {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId(volume.getVolumeId())
        .setStagingTargetPath(staging.toString())
        .setVolumeCapability(capability())
        .putAllVolumeContext(volume.getVolumeContextMap())
        .putAllPublishContext(context)
        .putAllSecrets(SECRETS);
  }

  void stage(NodeStageVolumeRequest.Builder request) {
    var _ = node(stub -> stub.nodeStageVolume(request.build()));
  }

  NodePublishVolumeRequest.Builder publishRequest(Volume volume, Map<String, String> context) {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId(volume.getVolumeId())
        .setStagingTargetPath(staging.toString())
        .setTargetPath(target.toString())
        .setVolumeCapability(capability())
        .putAllVolumeContext(volume.getVolumeContextMap())
        .putAllPublishContext(context)
        .putAllSecrets(SECRETS);
  }

  void publish(NodePublishVolumeRequest.Builder request) {
    var _ = node(stub -> stub.nodePublishVolume(request.build()));
  }

  void unpublish(String volume, Path path) {
    var _ =
        node(stub ->
            stub.nodeUnpublishVolume(
                NodeUnpublishVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setTargetPath(path.toString())
                    .build()));
  }

  void unstage(String volume) {
    var _ =
        node(stub ->
            stub.nodeUnstageVolume(
                NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setStagingTargetPath(staging.toString())
                    .build()));
  }

  /** A volume of the node's that is at {@link #target}. */
  Volume published(String name) {
    Volume volume = create(name);
    Map<String, String> context = attach(volume.getVolumeId());
    stage(stageRequest(volume, context));
    publish(publishRequest(volume, context));
    return volume;
  }

  Snapshot snapshot(String name, String volume) {
    Snapshot snapshot =
        controller(stub ->
                stub.createSnapshot(
                    CreateSnapshotRequest.newBuilder()
                        .setName(name)
                        .setSourceVolumeId(volume)
                        .putAllSecrets(SECRETS)
                        .build()))
            .getSnapshot();
    assertThat(snapshot.getSnapshotId()).isNotEmpty();
    assertThat(snapshot.getSourceVolumeId()).isEqualTo(volume);
    assertThat(snapshot.getCreationTime().getSeconds()).isPositive();
    undo.push(() -> deleteSnapshot(snapshot.getSnapshotId()));
    return snapshot;
  }

  void deleteSnapshot(String snapshot) {
    var _ =
        controller(stub ->
            stub.deleteSnapshot(
                DeleteSnapshotRequest.newBuilder()
                    .setSnapshotId(snapshot)
                    .putAllSecrets(SECRETS)
                    .build()));
  }

  /** Whatever became of the volume: what is not there is undone as well. */
  private void remove(String volume) {
    unpublish(volume, target);
    unstage(volume);
    // A call that the case gave up may still be running.
    var _ =
        untilCertain(() ->
            controller(stub ->
                stub.controllerUnpublishVolume(
                    ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(volume).build())));
    untilCertain(() -> delete(volume));
  }

  @Override
  public void close() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
    world.requireNothingLeft();
  }
}
