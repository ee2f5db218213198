package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.Script;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGetCapabilitiesResponse;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.ControllerServiceCapability;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeResponse;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.GetPluginCapabilitiesResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetCapabilitiesResponse;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodeGrpc;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeServiceCapability;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.NodeUnstageVolumeResponse;
import csi.v1.PluginCapability;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import csi.v1.Topology;
import csi.v1.Volume;
import io.grpc.stub.StreamObserver;

/** The three services, each method one line: remember the request, answer by the script. */
final class FakeServices {
  private FakeServices() {}

  static final class Identity extends IdentityGrpc.IdentityImplBase {
    private final Script script;

    Identity(Script script) {
      this.script = script;
    }

    @Override
    public void getPluginInfo(GetPluginInfoRequest r, StreamObserver<GetPluginInfoResponse> o) {
      script.play(r, GetPluginInfoResponse.newBuilder().setName(FakeDriver.NAME).build(), o);
    }

    @Override
    public void getPluginCapabilities(
        GetPluginCapabilitiesRequest r, StreamObserver<GetPluginCapabilitiesResponse> o) {
      script.play(
          r,
          GetPluginCapabilitiesResponse.newBuilder()
              .addCapabilities(service(PluginCapability.Service.Type.CONTROLLER_SERVICE))
              .addCapabilities(
                  service(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS))
              .build(),
          o);
    }

    @Override
    public void probe(ProbeRequest r, StreamObserver<ProbeResponse> o) {
      script.play(r, ProbeResponse.getDefaultInstance(), o);
    }

    private static PluginCapability service(PluginCapability.Service.Type type) {
      return PluginCapability.newBuilder()
          .setService(PluginCapability.Service.newBuilder().setType(type))
          .build();
    }
  }

  static final class Controller extends ControllerGrpc.ControllerImplBase {
    private final Script script;

    Controller(Script script) {
      this.script = script;
    }

    @Override
    public void controllerGetCapabilities(
        ControllerGetCapabilitiesRequest r, StreamObserver<ControllerGetCapabilitiesResponse> o) {
      script.play(
          r,
          ControllerGetCapabilitiesResponse.newBuilder()
              .addCapabilities(rpc(ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME))
              .addCapabilities(rpc(ControllerServiceCapability.RPC.Type.PUBLISH_UNPUBLISH_VOLUME))
              .build(),
          o);
    }

    @Override
    public void createVolume(CreateVolumeRequest r, StreamObserver<CreateVolumeResponse> o) {
      script.play(
          r,
          CreateVolumeResponse.newBuilder()
              .setVolume(
                  Volume.newBuilder()
                      .setVolumeId("bs-" + r.getName())
                      .setCapacityBytes(r.getCapacityRange().getRequiredBytes())
                      .putVolumeContext("type", "ssd")
                      .addAllAccessibleTopology(
                          r.getAccessibilityRequirements().getPreferredList().stream()
                              .limit(1)
                              .toList()))
              .build(),
          o);
    }

    @Override
    public void deleteVolume(DeleteVolumeRequest r, StreamObserver<DeleteVolumeResponse> o) {
      script.play(r, DeleteVolumeResponse.getDefaultInstance(), o);
    }

    @Override
    public void controllerPublishVolume(
        ControllerPublishVolumeRequest r, StreamObserver<ControllerPublishVolumeResponse> o) {
      script.play(
          r,
          ControllerPublishVolumeResponse.newBuilder().putPublishContext("device", "vdb").build(),
          o);
    }

    @Override
    public void controllerUnpublishVolume(
        ControllerUnpublishVolumeRequest r, StreamObserver<ControllerUnpublishVolumeResponse> o) {
      script.play(r, ControllerUnpublishVolumeResponse.getDefaultInstance(), o);
    }

    private static ControllerServiceCapability rpc(ControllerServiceCapability.RPC.Type type) {
      return ControllerServiceCapability.newBuilder()
          .setRpc(ControllerServiceCapability.RPC.newBuilder().setType(type))
          .build();
    }
  }

  static final class Node extends NodeGrpc.NodeImplBase {
    private final Script script;

    Node(Script script) {
      this.script = script;
    }

    @Override
    public void nodeGetInfo(NodeGetInfoRequest r, StreamObserver<NodeGetInfoResponse> o) {
      script.play(
          r,
          NodeGetInfoResponse.newBuilder()
              .setNodeId("uhost-1")
              .setMaxVolumesPerNode(20)
              .setAccessibleTopology(Topology.newBuilder().putSegments("zone", "z1"))
              .build(),
          o);
    }

    @Override
    public void nodeGetCapabilities(
        NodeGetCapabilitiesRequest r, StreamObserver<NodeGetCapabilitiesResponse> o) {
      script.play(
          r,
          NodeGetCapabilitiesResponse.newBuilder()
              .addCapabilities(rpc(NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME))
              .addCapabilities(rpc(NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER))
              .build(),
          o);
    }

    @Override
    public void nodeStageVolume(
        NodeStageVolumeRequest r, StreamObserver<NodeStageVolumeResponse> o) {
      script.play(r, NodeStageVolumeResponse.getDefaultInstance(), o);
    }

    @Override
    public void nodeUnstageVolume(
        NodeUnstageVolumeRequest r, StreamObserver<NodeUnstageVolumeResponse> o) {
      script.play(r, NodeUnstageVolumeResponse.getDefaultInstance(), o);
    }

    @Override
    public void nodePublishVolume(
        NodePublishVolumeRequest r, StreamObserver<NodePublishVolumeResponse> o) {
      script.play(r, NodePublishVolumeResponse.getDefaultInstance(), o);
    }

    @Override
    public void nodeUnpublishVolume(
        NodeUnpublishVolumeRequest r, StreamObserver<NodeUnpublishVolumeResponse> o) {
      script.play(r, NodeUnpublishVolumeResponse.getDefaultInstance(), o);
    }

    private static NodeServiceCapability rpc(NodeServiceCapability.RPC.Type type) {
      return NodeServiceCapability.newBuilder()
          .setRpc(NodeServiceCapability.RPC.newBuilder().setType(type))
          .build();
    }
  }
}
