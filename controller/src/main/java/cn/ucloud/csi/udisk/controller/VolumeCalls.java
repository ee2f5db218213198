package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.model.VolumeContext;
import cn.ucloud.csi.udisk.common.model.VolumeContext.Content;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.listing.VolumeState;
import cn.ucloud.csi.udisk.controller.model.Volume;
import cn.ucloud.csi.udisk.controller.provision.CreatedVolume;
import cn.ucloud.csi.udisk.controller.request.CreateVolumeCommand;
import cn.ucloud.csi.udisk.controller.request.ExpandCommand;
import cn.ucloud.csi.udisk.controller.request.ListQuery;
import cn.ucloud.csi.udisk.controller.request.PublishCommand;
import cn.ucloud.csi.udisk.controller.request.UnpublishCommand;
import cn.ucloud.csi.udisk.controller.request.ValidateCommand;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.ControllerGetVolumeResponse;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.ControllerUnpublishVolumeResponse;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeResponse;
import csi.v1.ListVolumesResponse;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.ValidateVolumeCapabilitiesResponse;
import java.util.Map;

/** What the volume RPCs do and answer. */
final class VolumeCalls {
  private final String region;
  private final Operations operations;
  private final Storage storage;

  VolumeCalls(String region, Operations operations, Storage storage) {
    this.region = region;
    this.operations = operations;
    this.storage = storage;
  }

  CreateVolumeResponse create(CreateVolumeCommand command, CreateVolumeRequest request) {
    CreatedVolume made =
        operations.run(
            command.name(),
            OperationKind.CREATE,
            command.spec(),
            progress -> storage.createVolume().create(command.spec(), progress));
    csi.v1.Volume.Builder volume =
        toProto(made.volume(), made.onRssdNodes()).putAllVolumeContext(context(made, command));
    if (request.hasVolumeContentSource()) {
      volume.setContentSource(request.getVolumeContentSource());
    }
    return CreateVolumeResponse.newBuilder().setVolume(volume).build();
  }

  private static Map<String, String> context(CreatedVolume made, CreateVolumeCommand command) {
    Content content = command.spec().source().isPresent() ? Content.COPY : Content.BLANK;
    Map<String, String> map =
        new VolumeContext(content, made.contentOf(), command.filesystem(), command.mkfs())
            .with(command.queue())
            .with(command.madeFor())
            .toMap(made.volume().type().map(DiskType::className));
    command.labels().ifPresent(labels -> map.put(VolumeContext.LABELS, labels));
    return map;
  }

  DeleteVolumeResponse delete(VolumeId volume) {
    return operations.run(
        volume.value(),
        OperationKind.DELETE,
        volume,
        progress -> {
          storage.deleteVolume().delete(volume, progress);
          return DeleteVolumeResponse.getDefaultInstance();
        });
  }

  ControllerPublishVolumeResponse publish(PublishCommand command) {
    PublishContext context =
        operations.run(
            command.volume().value(),
            OperationKind.ATTACH,
            command,
            progress -> storage.attachVolume().attach(command.volume(), command.node(), progress));
    return ControllerPublishVolumeResponse.newBuilder()
        .putAllPublishContext(context.toMap())
        .build();
  }

  ControllerUnpublishVolumeResponse unpublish(UnpublishCommand command) {
    return operations.run(
        command.volume().value(),
        OperationKind.DETACH,
        command,
        progress -> {
          storage.detachVolume().detach(command.volume(), command.node(), progress);
          return ControllerUnpublishVolumeResponse.getDefaultInstance();
        });
  }

  ControllerExpandVolumeResponse expand(ExpandCommand command) {
    DiskSize size =
        operations.run(
            "the size of " + command.volume(), // the volume itself is held by the order alone
            OperationKind.EXPAND,
            command.capacity(),
            progress ->
                storage.expandVolume().expand(command.volume(), command.capacity(), progress));
    return ControllerExpandVolumeResponse.newBuilder()
        .setCapacityBytes(size.bytes())
        .setNodeExpansionRequired(!command.isBlock())
        .build();
  }

  ValidateVolumeCapabilitiesResponse validate(
      ValidateCommand command, ValidateVolumeCapabilitiesRequest request) {
    if (storage.volumes().find(command.volume()).isEmpty()) {
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

  ControllerGetVolumeResponse get(VolumeId id) {
    VolumeState state =
        storage.volumes().find(id).orElseThrow(() -> new NotFound("volume", id.value()));
    ControllerGetVolumeResponse.VolumeStatus.Builder status =
        ControllerGetVolumeResponse.VolumeStatus.newBuilder();
    state.node().ifPresent(node -> status.addPublishedNodeIds(node.value()));
    return ControllerGetVolumeResponse.newBuilder()
        .setVolume(toProto(state.volume(), false))
        .setStatus(status)
        .build();
  }

  ListVolumesResponse list(ListQuery query) {
    ListQuery.Part<VolumeState> part =
        query.of(
            (query.isFirst() ? storage.volumes().all() : storage.volumes().allFurther()).stream(),
            state -> new ListQuery.Position(state.createTime(), state.volume().id().value()));
    ListVolumesResponse.Builder response =
        ListVolumesResponse.newBuilder().setNextToken(part.nextToken());
    for (VolumeState state : part.entries()) {
      ListVolumesResponse.Entry.Builder entry =
          response.addEntriesBuilder().setVolume(toProto(state.volume(), false));
      // Set even when it is empty: an entry without status counts as not listed.
      ListVolumesResponse.VolumeStatus.Builder status = entry.getStatusBuilder();
      state.node().ifPresent(node -> status.addPublishedNodeIds(node.value()));
    }
    return response.build();
  }

  private csi.v1.Volume.Builder toProto(Volume volume, boolean onRssdNodes) {
    return csi.v1.Volume.newBuilder()
        .setVolumeId(volume.id().value())
        .setCapacityBytes(volume.size().bytes())
        .addAccessibleTopology(
            csi.v1.Topology.newBuilder()
                .putAllSegments(new Topology(region, volume.zone(), onRssdNodes).segments()));
  }
}
