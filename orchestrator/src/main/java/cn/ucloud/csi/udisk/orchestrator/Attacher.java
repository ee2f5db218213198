package cn.ucloud.csi.udisk.orchestrator;

import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.RetryLoop;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.NodeRegistration;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerPublishVolumeResponse;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeResponse;
import io.grpc.StatusRuntimeException;
import java.util.function.Supplier;

/**
 * Plays the attach/detach controller and external-attacher: a VolumeAttachment is written, and the
 * controller is called until it is true. Every error is followed by another call.
 */
public final class Attacher {
  private final Cluster cluster;
  private final ControllerPlugin controller;
  private final RetryLoop loop;

  public Attacher(
      Cluster cluster, ControllerPlugin controller, CallSettings settings, CallListener listener) {
    controller.require(RPC.Type.PUBLISH_UNPUBLISH_VOLUME);
    this.cluster = cluster;
    this.controller = controller;
    this.loop = new RetryLoop(settings, listener);
  }

  /**
   * Attaches the volume to the node. An attachment that exists is asked for again.
   *
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not attached in time; the
   *     attachment stays, with the error in it
   */
  public VolumeAttachment attach(PersistentVolume volume, String nodeName) {
    NodeRegistration node =
        cluster
            .findNode(nodeName)
            .orElseThrow(
                () -> new IllegalStateException("the driver is not registered on " + nodeName));
    VolumeAttachment wanted =
        cluster
            .findAttachment(volume, nodeName)
            .orElseGet(() -> VolumeAttachment.wanted(cluster.driverName(), volume, node));
    cluster.putAttachment(wanted);
    ControllerPublishVolumeRequest request =
        ControllerPublishVolumeRequest.newBuilder()
            .setVolumeId(volume.volumeHandle())
            .setNodeId(wanted.nodeId())
            .setVolumeCapability(
                volume
                    .access()
                    .toProto(controller.rpcs().contains(RPC.Type.SINGLE_NODE_MULTI_WRITER)))
            .putAllVolumeContext(volume.volumeAttributes())
            .build();
    ControllerPublishVolumeResponse response =
        loop.run(
            "ControllerPublishVolume", volume.name(), () -> noting(wanted, () -> publish(request)));
    VolumeAttachment attached = wanted.asAttached(response.getPublishContextMap());
    cluster.putAttachment(attached);
    return attached;
  }

  /**
   * Detaches what the attachment attached and forgets it.
   *
   * @throws cn.ucloud.csi.udisk.orchestrator.call.CallFailed if it is not detached in time; the
   *     attachment stays, with the error in it
   */
  public void detach(VolumeAttachment attachment) {
    VolumeAttachment deleting = attachment.asDeleting();
    cluster.putAttachment(deleting);
    ControllerUnpublishVolumeRequest request =
        ControllerUnpublishVolumeRequest.newBuilder()
            .setVolumeId(attachment.volumeHandle())
            .setNodeId(attachment.nodeId())
            .build();
    ControllerUnpublishVolumeResponse _ =
        loop.run(
            "ControllerUnpublishVolume",
            attachment.volumeName(),
            () -> noting(deleting, () -> unpublish(request)));
    cluster.removeAttachment(deleting);
  }

  private ControllerPublishVolumeResponse publish(ControllerPublishVolumeRequest request) {
    return controller
        .socket()
        .call(
            ControllerGrpc::newBlockingStub,
            loop.timeout(),
            s -> s.controllerPublishVolume(request));
  }

  private ControllerUnpublishVolumeResponse unpublish(ControllerUnpublishVolumeRequest request) {
    return controller
        .socket()
        .call(
            ControllerGrpc::newBlockingStub,
            loop.timeout(),
            s -> s.controllerUnpublishVolume(request));
  }

  private <T> T noting(VolumeAttachment attachment, Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      cluster.putAttachment(attachment.failedWith(String.valueOf(e.getMessage())));
      throw e;
    }
  }
}
