package cn.ucloud.csi.udisk.orchestrator.aot;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.Provisioner;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.StorageClass;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.ListVolumesRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** The calls of one volume's life, to a controller and to a node. */
final class TrainingCalls implements AutoCloseable {
  private static final String NODE = "node-training";
  private static final long GIB = 1L << 30;
  private static final VolumeCapability RAW =
      VolumeCapability.newBuilder()
          .setBlock(BlockVolume.getDefaultInstance())
          .setAccessMode(mode())
          .build();
  private static final VolumeCapability EXT4 =
      VolumeCapability.newBuilder()
          .setMount(MountVolume.newBuilder().setFsType("ext4"))
          .setAccessMode(mode())
          .build();

  private final CsiSocket controller;
  private final CsiSocket node;
  private final Path place;
  private final FakeDisk disk;

  TrainingCalls(TrainingPlace school, FakeDisk disk) {
    this.controller = new CsiSocket(school.socket("controller"));
    this.node = new CsiSocket(school.socket("node"));
    this.place = school.place();
    this.disk = disk;
  }

  /** Goes through it once: the controller's calls must succeed, the node's need only be made. */
  void give() {
    Cluster cluster = new Cluster("udisk.csi.ucloud.cn");
    Kubelet kubelet =
        new Kubelet(
            cluster,
            new Kubelet.Node(NODE, place.resolve("kubelet"), node),
            CallSettings.kubelet().withPatience(TrainingPlace.PATIENCE),
            CallListener.NONE);
    kubelet.register();
    ControllerPlugin plugin =
        ControllerPlugin.await(controller, TrainingPlace.PATIENCE, CallListener.NONE);
    Provisioner provisioner =
        new Provisioner(cluster, plugin, hasty(CallSettings.provisioner()), CallListener.NONE);
    Attacher attacher =
        new Attacher(cluster, plugin, hasty(CallSettings.attacher()), CallListener.NONE);

    Claim claim = Claim.on(NODE, "training", 10 * GIB, StorageClass.of("ssd", "ext4"));
    if (!(provisioner.provision(claim) instanceof Provisioning.Bound(PersistentVolume volume))) {
      throw new IllegalStateException("the controller makes no volume");
    }
    VolumeAttachment attachment = attacher.attach(volume, NODE);
    disk.appear(attachment.publishContext().getOrDefault("deviceName", "vdb"));
    for (VolumeCapability capability : List.of(RAW, EXT4)) {
      use(volume.volumeHandle(), attachment.publishContext(), capability);
    }
    attacher.detach(attachment);
    controllerTries(
        "ControllerExpandVolume",
        s ->
            s.controllerExpandVolume(
                ControllerExpandVolumeRequest.newBuilder()
                    .setVolumeId(volume.volumeHandle())
                    .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20 * GIB))
                    .build()));
    controllerTries("ListVolumes", s -> s.listVolumes(ListVolumesRequest.getDefaultInstance()));
    provisioner.delete(volume);
  }

  /** What a pod's start and end ask of the node. */
  private void use(String volume, Map<String, String> context, VolumeCapability capability) {
    String staging = place.resolve("globalmount-" + capability.getAccessTypeCase()).toString();
    String target = place.resolve("target-" + capability.getAccessTypeCase()).toString();
    nodeTries(
        "NodeStageVolume",
        s ->
            s.nodeStageVolume(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .putAllPublishContext(context)
                    .setStagingTargetPath(staging)
                    .setVolumeCapability(capability)
                    .build()));
    nodeTries(
        "NodePublishVolume",
        s ->
            s.nodePublishVolume(
                NodePublishVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .putAllPublishContext(context)
                    .setStagingTargetPath(staging)
                    .setTargetPath(target)
                    .setVolumeCapability(capability)
                    .build()));
    nodeTries(
        "NodeGetVolumeStats",
        s ->
            s.nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(volume)
                    .setVolumePath(target)
                    .build()));
    nodeTries(
        "NodeExpandVolume",
        s ->
            s.nodeExpandVolume(
                NodeExpandVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setVolumePath(target)
                    .setStagingTargetPath(staging)
                    .setVolumeCapability(capability)
                    .build()));
    nodeTries(
        "NodeUnpublishVolume",
        s ->
            s.nodeUnpublishVolume(
                NodeUnpublishVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setTargetPath(target)
                    .build()));
    nodeTries(
        "NodeUnstageVolume",
        s ->
            s.nodeUnstageVolume(
                NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setStagingTargetPath(staging)
                    .build()));
  }

  /** The pages that the probes of a pod and Prometheus ask for. */
  void read(int port) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String page : List.of("/healthz", "/readyz", "/metrics")) {
        URI uri = URI.create("http://127.0.0.1:" + port + page);
        var _ = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void controllerTries(String call, Function<ControllerBlockingStub, ?> rpc) {
    tries(
        call,
        () -> controller.call(ControllerGrpc::newBlockingStub, TrainingPlace.PATIENCE, rpc::apply));
  }

  private void nodeTries(String call, Function<NodeBlockingStub, ?> rpc) {
    tries(call, () -> node.call(NodeGrpc::newBlockingStub, TrainingPlace.PATIENCE, rpc::apply));
  }

  private static void tries(String call, Supplier<?> attempt) {
    try {
      var _ = attempt.get();
      System.out.println(call + ": OK");
    } catch (StatusRuntimeException e) {
      System.out.println(call + ": " + e.getMessage());
    }
  }

  private static CallSettings hasty(CallSettings settings) {
    return settings
        .withRetries(Duration.ofMillis(100), Duration.ofSeconds(1))
        .withPatience(TrainingPlace.PATIENCE);
  }

  private static AccessMode mode() {
    return AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER).build();
  }

  @Override
  public void close() {
    controller.close();
    node.close();
  }
}
