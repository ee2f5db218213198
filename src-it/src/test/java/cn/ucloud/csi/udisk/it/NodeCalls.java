package cn.ucloud.csi.udisk.it;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import csi.v1.NodeGrpc;
import csi.v1.NodeGrpc.NodeBlockingStub;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import java.time.Duration;
import java.util.function.Function;

/** Calls of the Node service, one connection each. */
public record NodeCalls(CsiSocket socket, Duration timeout) {

  NodeCalls(CsiSocket socket) {
    this(socket, Duration.ofSeconds(30));
  }

  /** Of a volume that is nowhere, at paths that do not exist. */
  static NodeStageVolumeRequest.Builder stageRequest() {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId("bsm-unknown")
        .setStagingTargetPath("/nowhere/globalmount")
        .setVolumeCapability(ControllerCalls.EXT4);
  }

  /** The same. */
  static NodePublishVolumeRequest.Builder publishRequest() {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId("bsm-unknown")
        .setStagingTargetPath("/nowhere/globalmount")
        .setTargetPath("/nowhere/mount")
        .setVolumeCapability(ControllerCalls.EXT4);
  }

  NodeCalls within(Duration newTimeout) {
    return new NodeCalls(socket, newTimeout);
  }

  public <T> T call(Function<NodeBlockingStub, T> rpc) {
    return socket.call(NodeGrpc::newBlockingStub, timeout, rpc);
  }
}
