package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.grpc.Unary;
import cn.ucloud.csi.udisk.common.health.HealthAnswers;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.health.VolumeHealth;
import cn.ucloud.csi.udisk.node.info.NodeInfo;
import cn.ucloud.csi.udisk.node.info.NodeInfoSource;
import cn.ucloud.csi.udisk.node.info.VolumeLimit;
import cn.ucloud.csi.udisk.node.publish.VolumePublisher;
import cn.ucloud.csi.udisk.node.request.ExpandCommand;
import cn.ucloud.csi.udisk.node.request.HealthQuery;
import cn.ucloud.csi.udisk.node.request.PublishCommand;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.StatsQuery;
import cn.ucloud.csi.udisk.node.request.UnpublishCommand;
import cn.ucloud.csi.udisk.node.request.UnstageCommand;
import cn.ucloud.csi.udisk.node.space.VolumeExpander;
import cn.ucloud.csi.udisk.node.space.VolumeStats;
import cn.ucloud.csi.udisk.node.stage.Restaging;
import cn.ucloud.csi.udisk.node.stage.VolumeStager;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeExpandVolumeResponse;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetCapabilitiesResponse;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeHealthResponse;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.NodeGrpc;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodePublishVolumeResponse;
import csi.v1.NodeServiceCapability;
import csi.v1.NodeServiceCapability.RPC;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnpublishVolumeResponse;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.NodeUnstageVolumeResponse;
import csi.v1.Topology;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/** The Node RPCs: each reads its request, has it done as one operation, and answers. */
public final class NodeService extends NodeGrpc.NodeImplBase {
  /**
   * With the last, kubelet says which volumes one pod must have for itself, and a second target of
   * such a volume can be refused without breaking pods that share one.
   */
  private static final List<RPC.Type> CAPABILITIES =
      List.of(
          RPC.Type.STAGE_UNSTAGE_VOLUME,
          RPC.Type.EXPAND_VOLUME,
          RPC.Type.GET_VOLUME_STATS,
          RPC.Type.GET_VOLUME_HEALTH,
          RPC.Type.SINGLE_NODE_MULTI_WRITER);

  private final VolumeLimit limit;
  private final NodeInfoSource info;
  private final Operations operations;
  private final VolumeStager stager;
  private final Restaging restaging;
  private final VolumePublisher publisher;
  private final VolumeExpander expander;
  private final VolumeStats stats;
  private final VolumeHealth health;

  public NodeService(
      VolumeLimit limit,
      NodeInfoSource info,
      Operations operations,
      VolumeStager stager,
      Restaging restaging,
      VolumePublisher publisher,
      VolumeExpander expander,
      VolumeStats stats,
      VolumeHealth health) {
    this.limit = limit;
    this.info = info;
    this.operations = operations;
    this.stager = stager;
    this.restaging = restaging;
    this.publisher = publisher;
    this.expander = expander;
    this.stats = stats;
    this.health = health;
  }

  @Override
  public void nodeStageVolume(
      NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> observer) {
    Unary.answer(observer, () -> stage(StageCommand.from(request)));
  }

  private NodeStageVolumeResponse stage(StageCommand command) {
    return operations.run(
        command.volume().value(),
        OperationKind.STAGE,
        command,
        progress -> {
          stager.stage(command, progress);
          return NodeStageVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeUnstageVolume(
      NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> observer) {
    Unary.answer(observer, () -> unstage(UnstageCommand.from(request)));
  }

  private NodeUnstageVolumeResponse unstage(UnstageCommand command) {
    return operations.run(
        command.volume().value(),
        OperationKind.UNSTAGE,
        command,
        progress -> {
          stager.unstage(command, progress);
          return NodeUnstageVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodePublishVolume(
      NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> observer) {
    Unary.answer(
        observer, () -> publish(PublishCommand.from(request), () -> StageCommand.of(request)));
  }

  private NodePublishVolumeResponse publish(PublishCommand command, Supplier<StageCommand> again) {
    return operations.run(
        command.volume().value(),
        OperationKind.PUBLISH,
        command,
        progress -> {
          restaging.ensureWorking(command, again, progress);
          publisher.publish(command, progress);
          return NodePublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeUnpublishVolume(
      NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> observer) {
    Unary.answer(observer, () -> unpublish(UnpublishCommand.from(request)));
  }

  private NodeUnpublishVolumeResponse unpublish(UnpublishCommand command) {
    return operations.run(
        command.volume().value(),
        OperationKind.UNPUBLISH,
        command,
        progress -> {
          publisher.unpublish(command, progress);
          return NodeUnpublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeExpandVolume(
      NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> observer) {
    Unary.answer(observer, () -> expand(ExpandCommand.from(request)));
  }

  private NodeExpandVolumeResponse expand(ExpandCommand command) {
    return operations.run(
        command.volume().value(),
        OperationKind.EXPAND,
        command,
        progress ->
            NodeExpandVolumeResponse.newBuilder()
                .setCapacityBytes(expander.expand(command, progress))
                .build());
  }

  /** No operation: it changes nothing, and must not wait for one that hangs. */
  @Override
  public void nodeGetVolumeStats(
      NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> observer) {
    Unary.answer(observer, () -> StatsAnswers.toProto(stats.read(StatsQuery.from(request))));
  }

  /** No operation either: what is wrong is asked most while one hangs. */
  @Override
  public void nodeGetVolumeHealth(
      NodeGetVolumeHealthRequest request, StreamObserver<NodeGetVolumeHealthResponse> observer) {
    Unary.answer(observer, () -> health(HealthQuery.from(request).volume()));
  }

  private NodeGetVolumeHealthResponse health(VolumeId volume) {
    return NodeGetVolumeHealthResponse.newBuilder()
        .setVolumeHealth(HealthAnswers.toProto(volume, health.of(volume)))
        .build();
  }

  @Override
  public void nodeGetInfo(
      NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> observer) {
    Unary.answer(observer, () -> toProto(info.read()));
  }

  private NodeGetInfoResponse toProto(NodeInfo node) {
    return NodeGetInfoResponse.newBuilder()
        .setNodeId(node.id().value())
        .setMaxVolumesPerNode(limit.of(node))
        .setAccessibleTopology(Topology.newBuilder().putAllSegments(node.topology().segments()))
        .build();
  }

  @Override
  public void nodeGetCapabilities(
      NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> observer) {
    Unary.answer(observer, NodeService::capabilities);
  }

  private static NodeGetCapabilitiesResponse capabilities() {
    NodeGetCapabilitiesResponse.Builder response = NodeGetCapabilitiesResponse.newBuilder();
    for (RPC.Type type : CAPABILITIES) {
      response.addCapabilities(
          NodeServiceCapability.newBuilder().setRpc(RPC.newBuilder().setType(type)));
    }
    return response.build();
  }
}
