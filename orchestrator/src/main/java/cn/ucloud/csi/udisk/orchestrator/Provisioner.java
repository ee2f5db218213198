package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.ErrorRules;
import cn.ucloud.csi.udisk.orchestrator.call.RetryLoop;
import cn.ucloud.csi.udisk.orchestrator.call.Verdict;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.Topologies;
import csi.v1.CapacityRange;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.DeleteVolumeRequest;
import csi.v1.DeleteVolumeResponse;
import csi.v1.PluginCapability.Service;
import csi.v1.Topology;
import csi.v1.Volume;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Plays external-provisioner with {@code --extra-create-metadata} and {@code
 * --strict-topology=false}: volumes for claims.
 */
public final class Provisioner {
  // The sidecar adds it to the volume context, so the node gets a key it never gave.
  private static final String IDENTITY_KEY = "storage.kubernetes.io/csiProvisionerIdentity";

  private final Cluster cluster;
  private final ControllerPlugin controller;
  private final RetryLoop loop;

  public Provisioner(
      Cluster cluster, ControllerPlugin controller, CallSettings settings, CallListener listener) {
    controller.require(RPC.Type.CREATE_DELETE_VOLUME);
    this.cluster = cluster;
    this.controller = controller;
    this.loop = new RetryLoop(settings, listener);
  }

  /**
   * Makes a volume for the claim. While the claim exists every error is followed by another call;
   * once it is deleted only an uncertain one is.
   *
   * @throws CallFailed if there is no volume in time
   */
  public Provisioning provision(Claim claim) {
    Optional<NodeRegistration> node = claim.selectedNode().map(this::requireNode);
    CreateVolumeRequest request = request(claim, node);
    ErrorRules rules =
        request.hasAccessibilityRequirements() && node.isPresent()
            ? ErrorRules.PROVISIONER_WITH_NODE
            : ErrorRules.PROVISIONER;
    PersistentVolume volume;
    try {
      volume =
          loop.run(
              "CreateVolume",
              request.getName(),
              rules,
              verdict -> isRepeated(verdict, claim),
              () -> persistentVolume(claim, create(request)));
    } catch (CallFailed e) {
      if (e.last().verdict() == Verdict.RESCHEDULE) {
        return new Provisioning.Reschedule(e.last().status());
      }
      if (e.last().verdict() == Verdict.FINAL && cluster.isDeleted(claim)) {
        return new Provisioning.Abandoned(e.last().status());
      }
      throw e;
    }
    if (cluster.isDeleted(claim)) {
      delete(volume);
      return new Provisioning.Removed(volume);
    }
    return new Provisioning.Bound(volume);
  }

  /**
   * Deletes the volume; does so again after every error.
   *
   * @throws IllegalStateException while an attachment exists; then the sidecar does not even call
   * @throws CallFailed if it is not gone in time
   */
  public void delete(PersistentVolume volume) {
    if (cluster.attachments().stream().anyMatch(a -> a.volumeName().equals(volume.name()))) {
      throw new IllegalStateException(volume.name() + " still has a VolumeAttachment");
    }
    DeleteVolumeResponse _ =
        loop.run("DeleteVolume", volume.name(), () -> delete(volume.volumeHandle()));
  }

  private boolean isRepeated(Verdict verdict, Claim claim) {
    return switch (verdict) {
      case UNCERTAIN -> true;
      case FINAL -> !cluster.isDeleted(claim);
      case RESCHEDULE, OK -> false;
    };
  }

  private NodeRegistration requireNode(String name) {
    return cluster
        .findNode(name)
        .orElseThrow(() -> new IllegalStateException("the driver is not registered on " + name));
  }

  private List<NodeRegistration> requireNodes() {
    List<NodeRegistration> nodes = cluster.nodes();
    if (nodes.isEmpty()) {
      throw new IllegalStateException("the driver is registered on no node");
    }
    return nodes;
  }

  private CreateVolumeRequest request(Claim claim, Optional<NodeRegistration> node) {
    Map<String, String> parameters = new HashMap<>(claim.storageClass().driverParameters());
    parameters.put("csi.storage.k8s.io/pvc/namespace", claim.namespace());
    parameters.put("csi.storage.k8s.io/pvc/name", claim.name());
    parameters.put("csi.storage.k8s.io/pv/name", claim.volumeName());
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.newBuilder()
            .setName(claim.volumeName())
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(claim.capacityBytes()))
            .addVolumeCapabilities(
                claim
                    .storageClass()
                    .access()
                    .toProto(controller.rpcs().contains(RPC.Type.SINGLE_NODE_MULTI_WRITER)))
            .putAllParameters(parameters);
    if (controller.services().contains(Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS)) {
      request.setAccessibilityRequirements(
          node.map(selected -> Topologies.requirement(selected, cluster.nodes()))
              .orElseGet(() -> Topologies.requirement(claim.name(), requireNodes())));
    }
    return request.build();
  }

  /** One call. A volume that is too small is deleted at once and asked for again. */
  private Volume create(CreateVolumeRequest request) {
    CreateVolumeResponse response =
        controller
            .socket()
            .call(ControllerGrpc::newBlockingStub, loop.timeout(), s -> s.createVolume(request));
    Volume volume = response.getVolume();
    long asked = request.getCapacityRange().getRequiredBytes();
    if (volume.getCapacityBytes() < asked) {
      DeleteVolumeResponse _ = delete(volume.getVolumeId());
      throw Status.ABORTED
          .withDescription("asked for %d bytes, got %d".formatted(asked, volume.getCapacityBytes()))
          .asRuntimeException();
    }
    return volume;
  }

  private DeleteVolumeResponse delete(String volumeHandle) {
    DeleteVolumeRequest request =
        DeleteVolumeRequest.newBuilder().setVolumeId(volumeHandle).build();
    return controller
        .socket()
        .call(ControllerGrpc::newBlockingStub, loop.timeout(), s -> s.deleteVolume(request));
  }

  private static PersistentVolume persistentVolume(Claim claim, Volume volume) {
    Map<String, String> attributes = new HashMap<>(volume.getVolumeContextMap());
    attributes.put(IDENTITY_KEY, claim.uid() + "-provisioner");
    return new PersistentVolume(
        claim.volumeName(),
        volume.getVolumeId(),
        volume.getCapacityBytes(),
        claim.storageClass().access(),
        attributes,
        volume.getAccessibleTopologyList().stream().map(Topology::getSegmentsMap).toList());
  }
}
