package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MadeFor;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeContentSource;
import java.util.Optional;

/**
 * A CreateVolume request that can be carried out.
 *
 * @param filesystem {@code mkfs} and {@code queue} what the node will have to know
 * @param madeFor what its metrics call the volume by
 * @param labels what the volume's disk is to be labelled with once there is a persistent volume, as
 *     the class has it
 */
public record CreateVolumeCommand(
    String name,
    VolumeSpec spec,
    Optional<FilesystemType> filesystem,
    MkfsOptions mkfs,
    QueueSettings queue,
    Optional<MadeFor> madeFor,
    Optional<String> labels) {

  /**
   * Checks the request without asking the cloud.
   *
   * @throws InvalidRequest if a field is missing or not allowed
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange if no disk size fits
   */
  public static CreateVolumeCommand from(
      CreateVolumeRequest request, String region, String clusterId) {
    if (request.getName().isEmpty()) {
      throw new InvalidRequest("name", "is missing");
    }
    Capabilities.requireSupported("volume_capabilities", request.getVolumeCapabilitiesList());
    if (request.getMutableParamsCount() > 0) {
      throw new InvalidRequest(
          "mutable_parameters",
          "are not supported, because nothing about a UDisk can be modified later but its size; use"
              + " a claim without volumeAttributesClassName and parameters of the StorageClass");
    }
    ClassSettings settings =
        ClassParameters.read(
            request.getParametersMap(),
            Capabilities.filesystem(request.getVolumeCapabilitiesList()));
    DiskPlan plan = settings.plan();
    Optional<ContentSource> source = source(request);
    if (source.isPresent() && plan.cmkId().isPresent()) {
      throw new InvalidRequest(
          "parameters.cmkId",
          "is not allowed for a copy, which is encrypted as its source is; use a class without it");
    }
    CapacityRange range = CapacityRange.from(request.getCapacityRange());
    return new CreateVolumeCommand(
        request.getName(),
        new VolumeSpec(
            DiskName.of(request.getName(), clusterId),
            range.capacity(),
            new DiskPlan(range.typesFor(plan.types()), plan.terms(), plan.cmkId()),
            Requirement.from(request, region),
            source),
        settings.filesystem(),
        settings.mkfs(),
        settings.queue(),
        MadeFor.find(request.getParametersMap()),
        settings.labels());
  }

  private static Optional<ContentSource> source(CreateVolumeRequest request) {
    VolumeContentSource source = request.getVolumeContentSource();
    return switch (source.getTypeCase()) {
      case SNAPSHOT ->
          Optional.of(new OfSnapshot(new SnapshotId(source.getSnapshot().getSnapshotId())));
      case VOLUME -> Optional.of(new OfVolume(new VolumeId(source.getVolume().getVolumeId())));
      case TYPE_NOT_SET -> {
        if (request.hasVolumeContentSource()) {
          throw new InvalidRequest("volume_content_source", "must be a snapshot or a volume");
        }
        yield Optional.empty();
      }
    };
  }
}
