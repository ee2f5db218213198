package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.grpc.Unary;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth;
import cn.ucloud.csi.udisk.controller.request.CreateSnapshotCommand;
import cn.ucloud.csi.udisk.controller.request.CreateVolumeCommand;
import cn.ucloud.csi.udisk.controller.request.ExpandCommand;
import cn.ucloud.csi.udisk.controller.request.ListQuery;
import cn.ucloud.csi.udisk.controller.request.PublishCommand;
import cn.ucloud.csi.udisk.controller.request.UnpublishCommand;
import cn.ucloud.csi.udisk.controller.request.ValidateCommand;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGetCapabilitiesResponse;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerGetVolumeHealthResponse;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerGetVolumeResponse;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerListVolumeHealthRequest;
import csi.v1.ControllerListVolumeHealthResponse;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.ControllerServiceCapability;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeResponse;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateSnapshotResponse;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.DeleteSnapshotResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.GetSnapshotRequest;
import csi.v1.GetSnapshotResponse;
import csi.v1.ListSnapshotsRequest;
import csi.v1.ListSnapshotsResponse;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The Controller RPCs: each reads its request and has it answered, once. */
public final class ControllerService extends ControllerGrpc.ControllerImplBase {
  private static final List<RPC.Type> CAPABILITIES =
      List.of(
          RPC.Type.CREATE_DELETE_VOLUME,
          RPC.Type.PUBLISH_UNPUBLISH_VOLUME,
          RPC.Type.CREATE_DELETE_SNAPSHOT,
          RPC.Type.LIST_SNAPSHOTS,
          RPC.Type.GET_SNAPSHOT,
          RPC.Type.CLONE_VOLUME,
          RPC.Type.EXPAND_VOLUME,
          RPC.Type.GET_VOLUME,
          RPC.Type.LIST_VOLUMES,
          RPC.Type.LIST_VOLUMES_PUBLISHED_NODES,
          RPC.Type.GET_VOLUME_HEALTH,
          RPC.Type.LIST_VOLUME_HEALTH,
          // Lets several pods of one node share a ReadWriteOnce claim; the node announces it too.
          RPC.Type.SINGLE_NODE_MULTI_WRITER);

  private final String region;
  private final String clusterId;
  private final VolumeCalls volumes;
  private final SnapshotCalls snapshots;
  private final HealthCalls health;

  public ControllerService(
      String region,
      String clusterId,
      Operations operations,
      Storage storage,
      VolumeHealth health) {
    this.region = region;
    this.clusterId = clusterId;
    this.volumes = new VolumeCalls(region, operations, storage);
    this.snapshots = new SnapshotCalls(clusterId, operations, storage);
    this.health = new HealthCalls(health);
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> observer) {
    Unary.answer(
        observer,
        () -> volumes.create(CreateVolumeCommand.from(request, region, clusterId), request));
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> observer) {
    Unary.answer(observer, () -> volumes.delete(new VolumeId(request.getVolumeId())));
  }

  @Override
  public void controllerPublishVolume(
      ControllerPublishVolumeRequest request,
      StreamObserver<ControllerPublishVolumeResponse> observer) {
    Unary.answer(observer, () -> volumes.publish(PublishCommand.from(request)));
  }

  @Override
  public void controllerUnpublishVolume(
      ControllerUnpublishVolumeRequest request,
      StreamObserver<ControllerUnpublishVolumeResponse> observer) {
    Unary.answer(observer, () -> volumes.unpublish(UnpublishCommand.from(request)));
  }

  @Override
  public void controllerExpandVolume(
      ControllerExpandVolumeRequest request,
      StreamObserver<ControllerExpandVolumeResponse> observer) {
    Unary.answer(observer, () -> volumes.expand(ExpandCommand.from(request)));
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest request,
      StreamObserver<ValidateVolumeCapabilitiesResponse> observer) {
    Unary.answer(observer, () -> volumes.validate(ValidateCommand.from(request), request));
  }

  @Override
  public void controllerGetVolume(
      ControllerGetVolumeRequest request, StreamObserver<ControllerGetVolumeResponse> observer) {
    Unary.answer(observer, () -> volumes.get(new VolumeId(request.getVolumeId())));
  }

  @Override
  public void listVolumes(
      ListVolumesRequest request, StreamObserver<ListVolumesResponse> observer) {
    Unary.answer(
        observer,
        () -> volumes.list(ListQuery.from(request.getMaxEntries(), request.getStartingToken())));
  }

  @Override
  public void controllerGetVolumeHealth(
      ControllerGetVolumeHealthRequest request,
      StreamObserver<ControllerGetVolumeHealthResponse> observer) {
    Unary.answer(observer, () -> health.get(new VolumeId(request.getVolumeId())));
  }

  @Override
  public void controllerListVolumeHealth(
      ControllerListVolumeHealthRequest request,
      StreamObserver<ControllerListVolumeHealthResponse> observer) {
    Unary.answer(
        observer,
        () -> health.list(ListQuery.from(request.getMaxEntries(), request.getStartingToken())));
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> observer) {
    Unary.answer(observer, () -> snapshots.create(CreateSnapshotCommand.from(request, clusterId)));
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> observer) {
    Unary.answer(observer, () -> snapshots.delete(new SnapshotId(request.getSnapshotId())));
  }

  @Override
  public void getSnapshot(
      GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> observer) {
    Unary.answer(observer, () -> snapshots.get(new SnapshotId(request.getSnapshotId())));
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> observer) {
    Unary.answer(observer, () -> snapshots.list(request));
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest request,
      StreamObserver<ControllerGetCapabilitiesResponse> observer) {
    Unary.answer(observer, ControllerService::capabilities);
  }

  private static ControllerGetCapabilitiesResponse capabilities() {
    ControllerGetCapabilitiesResponse.Builder response =
        ControllerGetCapabilitiesResponse.newBuilder();
    for (RPC.Type type : CAPABILITIES) {
      response.addCapabilities(
          ControllerServiceCapability.newBuilder().setRpc(RPC.newBuilder().setType(type)));
    }
    return response.build();
  }
}
