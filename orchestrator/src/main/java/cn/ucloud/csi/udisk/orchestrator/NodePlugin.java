package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodeGrpc;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeServiceCapability.RPC;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.NodeUnstageVolumeResponse;
import csi.v1.VolumeCapability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The driver on a node, asked in kubelet's words. Every method is one try. */
record NodePlugin(CsiSocket socket, Duration timeout) {

  GetPluginInfoResponse getPluginInfo() {
    return socket.call(
        IdentityGrpc::newBlockingStub,
        timeout,
        s -> s.getPluginInfo(GetPluginInfoRequest.getDefaultInstance()));
  }

  NodeGetInfoResponse getInfo() {
    return call(s -> s.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
  }

  NodeStageVolumeResponse stage(
      PersistentVolume volume, Map<String, String> publishContext, Path staging) {
    VolumeCapability capability = capability(volume);
    NodeStageVolumeRequest request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(volume.volumeHandle())
            .putAllPublishContext(publishContext)
            .setStagingTargetPath(staging.toString())
            .setVolumeCapability(capability)
            .putAllVolumeContext(volume.volumeAttributes())
            .build();
    return call(s -> s.nodeStageVolume(request));
  }

  NodePublishVolumeResponse publish(
      PersistentVolume volume, Map<String, String> publishContext, Path staging, Path target) {
    VolumeCapability capability = capability(volume);
    NodePublishVolumeRequest request =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(volume.volumeHandle())
            .putAllPublishContext(publishContext)
            .setStagingTargetPath(staging.toString())
            .setTargetPath(target.toString())
            .setVolumeCapability(capability)
            .putAllVolumeContext(volume.volumeAttributes())
            .build();
    return call(s -> s.nodePublishVolume(request));
  }

  NodeUnpublishVolumeResponse unpublish(String volumeHandle, Path target) {
    NodeUnpublishVolumeRequest request =
        NodeUnpublishVolumeRequest.newBuilder()
            .setVolumeId(volumeHandle)
            .setTargetPath(target.toString())
            .build();
    return call(s -> s.nodeUnpublishVolume(request));
  }

  NodeUnstageVolumeResponse unstage(String volumeHandle, Path staging) {
    NodeUnstageVolumeRequest request =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(volumeHandle)
            .setStagingTargetPath(staging.toString())
            .build();
    return call(s -> s.nodeUnstageVolume(request));
  }

  /** Kubelet asks before every mount what is announced, and would skip staging if it is not. */
  private VolumeCapability capability(PersistentVolume volume) {
    Set<RPC.Type> announced =
        call(s -> s.nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance()))
            .getCapabilitiesList()
            .stream()
            .map(capability -> capability.getRpc().getType())
            .collect(Collectors.toUnmodifiableSet());
    if (!announced.contains(RPC.Type.STAGE_UNSTAGE_VOLUME)) {
      throw new IllegalStateException("the driver does not announce STAGE_UNSTAGE_VOLUME");
    }
    return volume.access().toProto(announced.contains(RPC.Type.SINGLE_NODE_MULTI_WRITER));
  }

  private <T> T call(Function<NodeGrpc.NodeBlockingStub, T> rpc) {
    return socket.call(NodeGrpc::newBlockingStub, timeout, rpc);
  }
}
