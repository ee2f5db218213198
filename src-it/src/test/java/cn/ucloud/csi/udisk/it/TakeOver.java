package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static java.util.Objects.requireNonNullElse;

import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import io.fabric8.kubernetes.api.model.CSIPersistentVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A cluster that the closed driver has worked in, and our processes as they are installed over it:
 * nodes are known by their addresses. The calls are those that the sidecars and kubelet make of the
 * objects that they find.
 */
final class TakeOver implements AutoCloseable {
  static final String HERE = "10.9.0.1";
  static final String THERE = "10.9.0.2";
  private static final Map<String, String> NODES =
      Map.of(HERE, LoopCluster.NODE_A, THERE, LoopCluster.NODE_B);
  private static final Map<String, String> HOSTS = Map.of(HERE, "uhost-a", THERE, "uhost-b");

  private final Path directory;
  private final KubeApi api = new KubeApi();
  private final LoopCluster cluster;

  TakeOver(Path directory) {
    this.directory = directory;
    HOSTS.forEach(this::addNode);
    this.cluster = new LoopCluster(directory);
    NODES.forEach((address, node) ->
        cluster.withNodeFlags(node, Map.of("--node-id", "node-name", "--node-name", address)));
    cluster.sandbox().actingIn(api);
  }

  /** Ours, after the closed driver's controller is gone. */
  TakeOver start() {
    cluster.start();
    return this;
  }

  /** A node as UK8S makes it: its name is its address, a label has its instance. */
  void addNode(String address, String instance) {
    api.putNode(address, instance, Sandbox.PLACE);
  }

  void removeNode(String address) {
    api.deleteNode(address);
  }

  LoopCluster cluster() {
    return cluster;
  }

  Sandbox sandbox() {
    return cluster.sandbox();
  }

  ClosedDriver closed() {
    return new ClosedDriver(sandbox());
  }

  String host(String address) {
    return HOSTS.getOrDefault(address, "");
  }

  ControllerCalls controller() {
    return sandbox().calls();
  }

  NodeCalls node(String address) {
    return new NodeCalls(cluster.socket(NODES.getOrDefault(address, "")));
  }

  NodeGetInfoResponse info(String address) {
    return node(address).call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }

  /** Where kubelet has had the closed driver mount the volume for the node. */
  Path staging(String address, PersistentVolume volume) {
    return made(
        kubelet(address)
            .resolve("plugins/kubernetes.io/csi/pv")
            .resolve(volume.getMetadata().getName())
            .resolve("globalmount"));
  }

  Path target(String address, PersistentVolume volume, String pod) {
    Path parent =
        kubelet(address)
            .resolve("pods")
            .resolve(pod)
            .resolve("volumes/kubernetes.io~csi")
            .resolve(volume.getMetadata().getName());
    return made(parent).resolve("mount");
  }

  private Path kubelet(String address) {
    return directory.resolve("kubelet-" + address);
  }

  private static Path made(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, String> attach(PersistentVolume volume, String address) {
    return untilCertain(() -> controller().publish(handle(volume), address));
  }

  void detach(PersistentVolume volume, String address) {
    untilCertain(() -> controller().unpublish(handle(volume), address));
  }

  long expand(PersistentVolume volume, long gib) {
    ControllerExpandVolumeRequest.Builder request =
        ControllerExpandVolumeRequest.newBuilder().setVolumeId(handle(volume));
    request.getCapacityRangeBuilder().setRequiredBytes(gib * ControllerCalls.GIB);
    return untilCertain(
            () -> controller().call(stub -> stub.controllerExpandVolume(request.build())))
        .getCapacityBytes();
  }

  Path stage(PersistentVolume volume, String address, Map<String, String> context) {
    Path staging = staging(address, volume);
    var _ =
        node(address)
            .call(stub ->
                stub.nodeStageVolume(
                    NodeStageVolumeRequest.newBuilder()
                        .setVolumeId(handle(volume))
                        .setStagingTargetPath(staging.toString())
                        .setVolumeCapability(capability(volume))
                        .putAllVolumeContext(attributes(volume))
                        .putAllPublishContext(context)
                        .build()));
    return staging;
  }

  Path publish(PersistentVolume volume, String address, Map<String, String> context, String pod) {
    Path target = target(address, volume, pod);
    var _ =
        node(address)
            .call(stub ->
                stub.nodePublishVolume(
                    NodePublishVolumeRequest.newBuilder()
                        .setVolumeId(handle(volume))
                        .setStagingTargetPath(staging(address, volume).toString())
                        .setTargetPath(target.toString())
                        .setVolumeCapability(capability(volume))
                        .putAllVolumeContext(attributes(volume))
                        .putAllPublishContext(context)
                        .build()));
    return target;
  }

  long expandOnNode(PersistentVolume volume, String address, String pod, long gib) {
    NodeExpandVolumeRequest.Builder request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(handle(volume))
            .setVolumePath(target(address, volume, pod).toString());
    request.getCapacityRangeBuilder().setRequiredBytes(gib * ControllerCalls.GIB);
    return node(address).call(stub -> stub.nodeExpandVolume(request.build())).getCapacityBytes();
  }

  void unpublish(PersistentVolume volume, String address, String pod) {
    var _ =
        node(address)
            .call(stub ->
                stub.nodeUnpublishVolume(
                    NodeUnpublishVolumeRequest.newBuilder()
                        .setVolumeId(handle(volume))
                        .setTargetPath(target(address, volume, pod).toString())
                        .build()));
  }

  void unstage(PersistentVolume volume, String address) {
    var _ =
        node(address)
            .call(stub ->
                stub.nodeUnstageVolume(
                    NodeUnstageVolumeRequest.newBuilder()
                        .setVolumeId(handle(volume))
                        .setStagingTargetPath(staging(address, volume).toString())
                        .build()));
  }

  static String handle(PersistentVolume volume) {
    return volume.getSpec().getCsi().getVolumeHandle();
  }

  private static Map<String, String> attributes(PersistentVolume volume) {
    return requireNonNullElse(volume.getSpec().getCsi().getVolumeAttributes(), Map.of());
  }

  /** ReadWriteOnce, as kubelet says it to a driver that knows both forms. */
  private static VolumeCapability capability(PersistentVolume volume) {
    CSIPersistentVolumeSource csi = volume.getSpec().getCsi();
    List<String> options = requireNonNullElse(volume.getSpec().getMountOptions(), List.of());
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability
        .getMountBuilder()
        .setFsType(requireNonNullElse(csi.getFsType(), ""))
        .addAllMountFlags(options);
    capability.getAccessModeBuilder().setMode(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER);
    return capability.build();
  }

  @Override
  public void close() {
    cluster.close();
    api.close();
  }
}
