package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.createRequest;

import csi.v1.CapacityRange;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.GetCapacityRequest;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.MountVolume;
import csi.v1.VolumeContentSource;
import csi.v1.VolumeContentSource.SnapshotSource;
import java.util.function.UnaryOperator;

/** Calls of the Controller service that cannot succeed, or that succeed although they might not. */
final class ControllerErrorCases {
  static final VolumeCapability FROM_MANY_NODES = mode(AccessMode.Mode.MULTI_NODE_MULTI_WRITER);
  static final VolumeCapability NO_ACCESS_TYPE =
      ControllerCalls.EXT4.toBuilder().clearMount().build();
  static final VolumeCapability NTFS =
      ControllerCalls.EXT4.toBuilder().setMount(MountVolume.newBuilder().setFsType("ntfs")).build();

  private static final String CREATE = "CreateVolume";
  private static final String DELETE = "DeleteVolume";
  private static final String PUBLISH = "ControllerPublishVolume";
  private static final String UNPUBLISH = "ControllerUnpublishVolume";
  private static final String VALIDATE = "ValidateVolumeCapabilities";

  private final ErrorCases cases;

  /** The volume that no host has, made as {@code pvc-free}, and the one that uhost-a has. */
  record Volumes(String free, String attached) {}

  ControllerErrorCases(ErrorCases cases) {
    this.cases = cases;
  }

  /** Calls of a controller that has everything it needs. */
  void add(ControllerCalls calls, Volumes volumes) {
    addCreate(calls);
    addPublish(calls, volumes);
    cases.add(DELETE, "no volume id", () -> delete(calls, ""));
    cases.add(DELETE, "malformed volume id", () -> delete(calls, "../bsm-a"));
    cases.add(DELETE, "unknown volume", () -> delete(calls, "bsm-unknown"));
    cases.add(DELETE, "the volume is attached", () -> delete(calls, volumes.attached));
    cases.add(UNPUBLISH, "no volume id", () -> unpublish(calls, "", "uhost-a"));
    cases.add(UNPUBLISH, "unknown volume", () -> unpublish(calls, "bsm-unknown", "uhost-a"));
    cases.add(UNPUBLISH, "unknown node", () -> unpublish(calls, volumes.free, "uhost-unknown"));
    cases.add(VALIDATE, "no volume id", () -> validate(calls, "", ControllerCalls.EXT4));
    cases.add(
        VALIDATE,
        "no capability",
        () ->
            calls.call(stub ->
                stub.validateVolumeCapabilities(
                    ValidateVolumeCapabilitiesRequest.newBuilder()
                        .setVolumeId(volumes.free)
                        .build())));
    cases.add(
        VALIDATE, "unknown volume", () -> validate(calls, "bsm-unknown", ControllerCalls.EXT4));
    cases.add(
        VALIDATE,
        "access from many nodes: not confirmed",
        () -> validate(calls, volumes.free, FROM_MANY_NODES));
    cases.add(
        "ControllerGetCapabilities",
        "always",
        () ->
            calls.call(stub ->
                stub.controllerGetCapabilities(
                    ControllerGetCapabilitiesRequest.getDefaultInstance())));
    cases.add(
        "any",
        "not served",
        () -> calls.call(stub -> stub.getCapacity(GetCapacityRequest.getDefaultInstance())));
  }

  /** The same trouble with the cloud, for every call that asks it. */
  void addTrouble(String situation, ControllerCalls calls) {
    cases.add(CREATE, situation, () -> calls.create("pvc-trouble"));
    cases.add(DELETE, situation, () -> delete(calls, "bsm-a"));
    cases.add(PUBLISH, situation, () -> calls.publish("bsm-a", "uhost-a"));
    cases.add(UNPUBLISH, situation, () -> unpublish(calls, "bsm-a", "uhost-a"));
    cases.add(VALIDATE, situation, () -> validate(calls, "bsm-a", ControllerCalls.EXT4));
  }

  private void addCreate(ControllerCalls calls) {
    create(calls, "no name", CreateVolumeRequest.Builder::clearName);
    create(calls, "no capability", CreateVolumeRequest.Builder::clearVolumeCapabilities);
    create(calls, "no access mode", r -> with(r, mode(AccessMode.Mode.UNKNOWN)));
    create(calls, "access from many nodes", r -> with(r, FROM_MANY_NODES));
    create(calls, "no access type", r -> with(r, NO_ACCESS_TYPE));
    create(calls, "another filesystem", r -> with(r, NTFS));
    create(calls, "unknown parameter", r -> r.putParameters("colour", "red"));
    create(calls, "a VolumeAttributesClass", r -> r.putMutableParams("type", "rssd"));
    create(calls, "no type", CreateVolumeRequest.Builder::clearParameters);
    create(calls, "unknown type", r -> r.putParameters("type", "floppy"));
    create(calls, "malformed read-ahead", r -> r.putParameters("readAheadKb", "64 MB"));
    create(
        calls,
        "parameters of a VolumeAttributesClass",
        r -> r.putMutableParams("readAheadKb", "64"));
    create(calls, "no zone", CreateVolumeRequest.Builder::clearAccessibilityRequirements);
    create(calls, "limit below what is required", r -> r.setCapacityRange(range(20, 10)));
    create(
        calls,
        "unknown snapshot as source",
        r ->
            r.setVolumeContentSource(
                VolumeContentSource.newBuilder()
                    .setSnapshot(SnapshotSource.newBuilder().setSnapshotId("bss-a"))));
    create(calls, "larger than the type allows", r -> r.setCapacityRange(range(1_000_000, 0)));
    create(calls, "no disk size within the limit", r -> r.setCapacityRange(range(11, 12)));
    create(
        calls,
        "the name has another size",
        r -> r.setName("pvc-free").setCapacityRange(range(50, 0)));
    create(calls, "the type is sold out", r -> r.putParameters("type", "sata"));
  }

  private void create(
      ControllerCalls calls, String situation, UnaryOperator<CreateVolumeRequest.Builder> change) {
    CreateVolumeRequest request = change.apply(createRequest("pvc-refused")).build();
    cases.add(CREATE, situation, () -> calls.create(request));
  }

  private void addPublish(ControllerCalls calls, Volumes volumes) {
    publish(calls, volumes, "no volume id", ControllerPublishVolumeRequest.Builder::clearVolumeId);
    publish(calls, volumes, "no node id", ControllerPublishVolumeRequest.Builder::clearNodeId);
    publish(
        calls,
        volumes,
        "no capability",
        ControllerPublishVolumeRequest.Builder::clearVolumeCapability);
    publish(calls, volumes, "access from many nodes", r -> r.setVolumeCapability(FROM_MANY_NODES));
    publish(calls, volumes, "no access type", r -> r.setVolumeCapability(NO_ACCESS_TYPE));
    publish(calls, volumes, "read-only", r -> r.setReadonly(true));
    publish(calls, volumes, "unknown volume", r -> r.setVolumeId("bsm-unknown"));
    publish(calls, volumes, "unknown node", r -> r.setNodeId("uhost-unknown"));
    publish(calls, volumes, "the node is in another zone", r -> r.setNodeId("uhost-far"));
    publish(
        calls,
        volumes,
        "the volume is on another node",
        r -> r.setVolumeId(volumes.attached).setNodeId("uhost-b"));
  }

  private void publish(
      ControllerCalls calls,
      Volumes volumes,
      String situation,
      UnaryOperator<ControllerPublishVolumeRequest.Builder> change) {
    ControllerPublishVolumeRequest request =
        change
            .apply(
                ControllerPublishVolumeRequest.newBuilder()
                    .setVolumeId(volumes.free)
                    .setNodeId("uhost-a")
                    .setVolumeCapability(ControllerCalls.EXT4))
            .build();
    cases.add(PUBLISH, situation, () -> calls.call(s -> s.controllerPublishVolume(request)));
  }

  private static Object delete(ControllerCalls calls, String volume) {
    DeleteVolumeRequest request = DeleteVolumeRequest.newBuilder().setVolumeId(volume).build();
    return calls.call(stub -> stub.deleteVolume(request));
  }

  private static Object unpublish(ControllerCalls calls, String volume, String node) {
    ControllerUnpublishVolumeRequest request =
        ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(volume).setNodeId(node).build();
    return calls.call(stub -> stub.controllerUnpublishVolume(request));
  }

  private static Object validate(
      ControllerCalls calls, String volume, VolumeCapability capability) {
    ValidateVolumeCapabilitiesRequest request =
        ValidateVolumeCapabilitiesRequest.newBuilder()
            .setVolumeId(volume)
            .addVolumeCapabilities(capability)
            .build();
    return calls.call(stub -> stub.validateVolumeCapabilities(request));
  }

  private static CreateVolumeRequest.Builder with(
      CreateVolumeRequest.Builder request, VolumeCapability capability) {
    return request.setVolumeCapabilities(0, capability);
  }

  private static VolumeCapability mode(AccessMode.Mode mode) {
    return ControllerCalls.EXT4.toBuilder()
        .setAccessMode(AccessMode.newBuilder().setMode(mode))
        .build();
  }

  private static CapacityRange range(long requiredGib, long limitGib) {
    return CapacityRange.newBuilder()
        .setRequiredBytes(requiredGib * GIB)
        .setLimitBytes(limitGib * GIB)
        .build();
  }
}
