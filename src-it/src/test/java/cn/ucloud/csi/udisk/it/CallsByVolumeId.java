package cn.ucloud.csi.udisk.it;

import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.ControllerGetVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.Volume;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The calls that are about a volume that is there, or should be. */
final class CallsByVolumeId {
  private final SanityCalls calls;

  CallsByVolumeId(SanityCalls calls) {
    this.calls = calls;
  }

  /** Every call that names a volume by its id, by its name. */
  Map<String, Supplier<?>> all(String id) {
    Volume volume = Volume.newBuilder().setVolumeId(id).build();
    String path = calls.target().toString();
    Map<String, Supplier<?>> made = new LinkedHashMap<>();
    made.put(
        "ControllerPublishVolume",
        () ->
            calls.controller(stub ->
                stub.controllerPublishVolume(calls.attachRequest(id, calls.nodeId()).build())));
    made.put(
        "ControllerUnpublishVolume",
        () ->
            calls.controller(stub ->
                stub.controllerUnpublishVolume(
                    ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(id).build())));
    made.put(
        "ControllerExpandVolume",
        () ->
            calls.controller(stub ->
                stub.controllerExpandVolume(
                    ControllerExpandVolumeRequest.newBuilder()
                        .setVolumeId(id)
                        .setCapacityRange(calls.createRequest("any").getCapacityRange())
                        .build())));
    made.put(
        "ControllerGetVolume",
        () ->
            calls.controller(stub ->
                stub.controllerGetVolume(
                    ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build())));
    made.put(
        "ControllerGetVolumeHealth",
        () ->
            calls.controller(stub ->
                stub.controllerGetVolumeHealth(
                    ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(id).build())));
    made.put(
        "ValidateVolumeCapabilities",
        () ->
            calls.controller(stub ->
                stub.validateVolumeCapabilities(
                    ValidateVolumeCapabilitiesRequest.newBuilder()
                        .setVolumeId(id)
                        .addVolumeCapabilities(calls.capability())
                        .build())));
    NodeStageVolumeRequest stage = calls.stageRequest(volume, Map.of()).build();
    made.put("NodeStageVolume", () -> calls.node(stub -> stub.nodeStageVolume(stage)));
    NodePublishVolumeRequest publish = calls.publishRequest(volume, Map.of()).build();
    made.put("NodePublishVolume", () -> calls.node(stub -> stub.nodePublishVolume(publish)));
    made.put("NodeUnpublishVolume", () -> unpublish(id, path));
    made.put("NodeUnstageVolume", () -> unstage(id, path));
    made.put("NodeExpandVolume", () -> expand(id, path));
    made.put("NodeGetVolumeStats", () -> stats(id, path));
    made.put(
        "NodeGetVolumeHealth",
        () ->
            calls.node(stub ->
                stub.nodeGetVolumeHealth(
                    NodeGetVolumeHealthRequest.newBuilder().setVolumeId(id).build())));
    return made;
  }

  Object unpublish(String volume, String path) {
    return calls.node(stub ->
        stub.nodeUnpublishVolume(
            NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId(volume)
                .setTargetPath(path)
                .build()));
  }

  Object unstage(String volume, String path) {
    return calls.node(stub ->
        stub.nodeUnstageVolume(
            NodeUnstageVolumeRequest.newBuilder()
                .setVolumeId(volume)
                .setStagingTargetPath(path)
                .build()));
  }

  Object expand(String volume, String path) {
    return calls.node(stub ->
        stub.nodeExpandVolume(
            NodeExpandVolumeRequest.newBuilder().setVolumeId(volume).setVolumePath(path).build()));
  }

  Object stats(String volume, String path) {
    return calls.node(stub ->
        stub.nodeGetVolumeStats(
            NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(volume)
                .setVolumePath(path)
                .build()));
  }
}
