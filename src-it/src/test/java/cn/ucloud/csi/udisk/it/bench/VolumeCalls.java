package cn.ucloud.csi.udisk.it.bench;

import static java.util.Objects.requireNonNull;

import cn.ucloud.csi.udisk.it.NodeCalls;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** What kubelet asks for a volume of 10 GiB. */
record VolumeCalls(NodeCalls calls, VolumeCapability capability) {

  static VolumeCalls on(CsiSocket socket, VolumeCapability capability) {
    return new VolumeCalls(new NodeCalls(socket, Duration.ofMinutes(2)), capability);
  }

  void stage(String id, Path device, Path staging) {
    stage(id, device, staging, Map.of());
  }

  /**
   * @param origin the volume's context
   */
  void stage(String id, Path device, Path staging, Map<String, String> origin) {
    NodeStageVolumeRequest request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId(id)
            .putAllPublishContext(context(device))
            .putAllVolumeContext(origin)
            .setStagingTargetPath(staging.toString())
            .setVolumeCapability(capability)
            .build();
    var _ = calls.call(stub -> stub.nodeStageVolume(request));
  }

  void publish(String id, Path device, Path staging, Path target) {
    NodePublishVolumeRequest request =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId(id)
            .putAllPublishContext(context(device))
            .setStagingTargetPath(staging.toString())
            .setTargetPath(target.toString())
            .setVolumeCapability(capability)
            .build();
    var _ = calls.call(stub -> stub.nodePublishVolume(request));
  }

  void unpublish(String id, Path target) {
    NodeUnpublishVolumeRequest request =
        NodeUnpublishVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setTargetPath(target.toString())
            .build();
    var _ = calls.call(stub -> stub.nodeUnpublishVolume(request));
  }

  void unstage(String id, Path staging) {
    NodeUnstageVolumeRequest request =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(id)
            .setStagingTargetPath(staging.toString())
            .build();
    var _ = calls.call(stub -> stub.nodeUnstageVolume(request));
  }

  private static Map<String, String> context(Path device) {
    return Map.of("deviceName", requireNonNull(device.getFileName()).toString(), "sizeGiB", "10");
  }
}
