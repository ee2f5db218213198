package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.Kind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.grpc.Unary;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.request.CreateVolumeCommand;
import cn.ucloud.csi.udisk.controller.request.PublishCommand;
import cn.ucloud.csi.udisk.controller.request.UnpublishCommand;
import cn.ucloud.csi.udisk.controller.request.ValidateCommand;
import cn.ucloud.csi.udisk.controller.volume.Volume;
import cn.ucloud.csi.udisk.controller.volume.Volumes;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerGetCapabilitiesResponse;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.ControllerServiceCapability;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeResponse;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The Controller RPCs: each reads its request, has it done as one operation, and answers. */
public final class ControllerService extends ControllerGrpc.ControllerImplBase {
  private static final List<RPC.Type> CAPABILITIES =
      List.of(RPC.Type.CREATE_DELETE_VOLUME, RPC.Type.PUBLISH_UNPUBLISH_VOLUME);

  private final String region;
  private final String clusterId;
  private final Operations operations;
  private final Volumes volumes;

  public ControllerService(
      String region, String clusterId, Operations operations, Volumes volumes) {
    this.region = region;
    this.clusterId = clusterId;
    this.operations = operations;
    this.volumes = volumes;
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> observer) {
    Unary.answer(observer, () -> create(CreateVolumeCommand.from(request, region, clusterId)));
  }

  private CreateVolumeResponse create(CreateVolumeCommand command) {
    Volume volume =
        operations.run(
            command.name(),
            Kind.CREATE,
            command.spec(),
            progress -> volumes.create(command.spec(), progress));
    return CreateVolumeResponse.newBuilder()
        .setVolume(
            csi.v1.Volume.newBuilder()
                .setVolumeId(volume.id().value())
                .setCapacityBytes(volume.size().bytes())
                .putAllVolumeContext(command.volumeContext())
                .addAccessibleTopology(
                    csi.v1.Topology.newBuilder()
                        .putAllSegments(new Topology(region, volume.zone()).segments())))
        .build();
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> observer) {
    Unary.answer(observer, () -> delete(new VolumeId(request.getVolumeId())));
  }

  private DeleteVolumeResponse delete(VolumeId volume) {
    return operations.run(
        volume.value(),
        Kind.DELETE,
        volume,
        progress -> {
          volumes.delete(volume, progress);
          return DeleteVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void controllerPublishVolume(
      ControllerPublishVolumeRequest request,
      StreamObserver<ControllerPublishVolumeResponse> observer) {
    Unary.answer(observer, () -> publish(PublishCommand.from(request)));
  }

  private ControllerPublishVolumeResponse publish(PublishCommand command) {
    PublishContext context =
        operations.run(
            command.volume().value(),
            Kind.ATTACH,
            command,
            progress -> volumes.attach(command.volume(), command.node(), progress));
    return ControllerPublishVolumeResponse.newBuilder()
        .putAllPublishContext(context.toMap())
        .build();
  }

  @Override
  public void controllerUnpublishVolume(
      ControllerUnpublishVolumeRequest request,
      StreamObserver<ControllerUnpublishVolumeResponse> observer) {
    Unary.answer(observer, () -> unpublish(UnpublishCommand.from(request)));
  }

  private ControllerUnpublishVolumeResponse unpublish(UnpublishCommand command) {
    return operations.run(
        command.volume().value(),
        Kind.DETACH,
        command,
        progress -> {
          volumes.detach(command.volume(), command.node(), progress);
          return ControllerUnpublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest request,
      StreamObserver<ValidateVolumeCapabilitiesResponse> observer) {
    Unary.answer(observer, () -> validate(ValidateCommand.from(request), request));
  }

  private ValidateVolumeCapabilitiesResponse validate(
      ValidateCommand command, ValidateVolumeCapabilitiesRequest request) {
    if (volumes.find(command.volume()).isEmpty()) {
      throw new NotFound("volume", command.volume().value());
    }
    ValidateVolumeCapabilitiesResponse.Builder response =
        ValidateVolumeCapabilitiesResponse.newBuilder();
    command
        .problem()
        .ifPresentOrElse(
            response::setMessage,
            () ->
                response.setConfirmed(
                    ValidateVolumeCapabilitiesResponse.Confirmed.newBuilder()
                        .putAllVolumeContext(request.getVolumeContextMap())
                        .addAllVolumeCapabilities(request.getVolumeCapabilitiesList())
                        .putAllParameters(request.getParametersMap())));
    return response.build();
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
