package cn.ucloud.csi.udisk.it;

import csi.v1.CapacityRange;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetStorageHealthRequest;
import csi.v1.NodeGetVolumeHealthRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability.MountVolume;
import java.util.function.UnaryOperator;

/** Calls of the Node service that cannot succeed; none gets as far as a device. */
final class NodeErrorCases {
  private static final String STAGE = "NodeStageVolume";
  private static final String PUBLISH = "NodePublishVolume";
  private static final String UNPUBLISH = "NodeUnpublishVolume";
  private static final String UNSTAGE = "NodeUnstageVolume";
  private static final String EXPAND = "NodeExpandVolume";
  private static final String STATS = "NodeGetVolumeStats";
  private static final String HEALTH = "NodeGetVolumeHealth";

  private final ErrorCases cases;

  NodeErrorCases(ErrorCases cases) {
    this.cases = cases;
  }

  /** Calls of a node process that has everything it needs. */
  void add(NodeCalls calls) {
    addStage(calls);
    addPublish(calls);
    cases.add(UNPUBLISH, "no volume id", () -> unpublish(calls, "", "/nowhere/mount"));
    cases.add(UNPUBLISH, "no target path", () -> unpublish(calls, "bsm-unknown", ""));
    cases.add(UNPUBLISH, "unknown volume", () -> unpublish(calls, "bsm-unknown", "/nowhere/mount"));
    cases.add(UNSTAGE, "no volume id", () -> unstage(calls, "", "/nowhere/globalmount"));
    cases.add(UNSTAGE, "no staging path", () -> unstage(calls, "bsm-unknown", ""));
    cases.add(
        UNSTAGE, "unknown volume", () -> unstage(calls, "bsm-unknown", "/nowhere/globalmount"));
    cases.add(EXPAND, "no volume id", () -> expand(calls, "", "/nowhere/mount", 0));
    cases.add(EXPAND, "no volume path", () -> expand(calls, "bsm-unknown", "", 0));
    cases.add(
        EXPAND, "limit below what is required", () -> expand(calls, "bsm-unknown", "/nowhere", 5));
    cases.add(EXPAND, "unknown volume", () -> expand(calls, "bsm-unknown", "/nowhere/mount", 0));
    cases.add(STATS, "no volume id", () -> stats(calls, "", "/nowhere/mount"));
    cases.add(STATS, "no volume path", () -> stats(calls, "bsm-unknown", ""));
    cases.add(STATS, "unknown volume", () -> stats(calls, "bsm-unknown", "/nowhere/mount"));
    cases.add(HEALTH, "no volume id", () -> health(calls, "", ""));
    cases.add(HEALTH, "relative path", () -> health(calls, "bsm-unknown", "nowhere/mount"));
    cases.add(HEALTH, "unknown volume", () -> health(calls, "bsm-unknown", "/nowhere/mount"));
    cases.add(
        "NodeGetStorageHealth",
        "always",
        () ->
            calls.call(stub ->
                stub.nodeGetStorageHealth(NodeGetStorageHealthRequest.getDefaultInstance())));
    cases.add(
        "NodeGetCapabilities",
        "always",
        () ->
            calls.call(
                stub -> stub.nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance())));
  }

  /** Calls of a node process whose metadata server does not answer. */
  void addWithoutMetadata(NodeCalls calls) {
    String situation = "the metadata server is unreachable";
    NodeStageVolumeRequest stage = NodeCalls.stageRequest().build();
    cases.add(STAGE, situation, () -> calls.call(stub -> stub.nodeStageVolume(stage)));
    cases.add(
        "NodeGetInfo",
        situation,
        () -> calls.call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance())));
  }

  private void addStage(NodeCalls calls) {
    stage(calls, "no volume id", NodeStageVolumeRequest.Builder::clearVolumeId);
    stage(calls, "no staging path", NodeStageVolumeRequest.Builder::clearStagingTargetPath);
    stage(calls, "relative staging path", r -> r.setStagingTargetPath("nowhere/globalmount"));
    stage(calls, "no capability", NodeStageVolumeRequest.Builder::clearVolumeCapability);
    stage(
        calls,
        "access from many nodes",
        r -> r.setVolumeCapability(ControllerErrorCases.FROM_MANY_NODES));
    stage(calls, "no access type", r -> r.setVolumeCapability(ControllerErrorCases.NO_ACCESS_TYPE));
    stage(calls, "another filesystem", r -> r.setVolumeCapability(ControllerErrorCases.NTFS));
    stage(
        calls,
        "a mount flag that is an operation",
        r ->
            r.setVolumeCapability(
                ControllerCalls.EXT4.toBuilder()
                    .setMount(MountVolume.newBuilder().addMountFlags("bind"))));
    stage(calls, "malformed publish context", r -> r.putPublishContext("sizeGiB", "ten"));
    stage(calls, "malformed number of a partition", r -> r.putVolumeContext("partition", "vdb1"));
    stage(calls, "malformed read-ahead", r -> r.putVolumeContext("readAheadKb", "64 MB"));
    stage(calls, "unknown volume", r -> r);
    stage(calls, "the device does not appear", r -> r.putPublishContext("deviceName", "vdx"));
  }

  private void stage(
      NodeCalls calls, String situation, UnaryOperator<NodeStageVolumeRequest.Builder> change) {
    NodeStageVolumeRequest request = change.apply(NodeCalls.stageRequest()).build();
    cases.add(STAGE, situation, () -> calls.call(stub -> stub.nodeStageVolume(request)));
  }

  private void addPublish(NodeCalls calls) {
    publish(calls, "no volume id", NodePublishVolumeRequest.Builder::clearVolumeId);
    publish(calls, "no target path", NodePublishVolumeRequest.Builder::clearTargetPath);
    publish(calls, "no capability", NodePublishVolumeRequest.Builder::clearVolumeCapability);
    publish(calls, "no staging path", NodePublishVolumeRequest.Builder::clearStagingTargetPath);
    publish(
        calls,
        "access from many nodes",
        r -> r.setVolumeCapability(ControllerErrorCases.FROM_MANY_NODES));
    publish(
        calls, "no access type", r -> r.setVolumeCapability(ControllerErrorCases.NO_ACCESS_TYPE));
    publish(calls, "unknown volume", r -> r);
  }

  private void publish(
      NodeCalls calls, String situation, UnaryOperator<NodePublishVolumeRequest.Builder> change) {
    NodePublishVolumeRequest request = change.apply(NodeCalls.publishRequest()).build();
    cases.add(PUBLISH, situation, () -> calls.call(stub -> stub.nodePublishVolume(request)));
  }

  private static Object unpublish(NodeCalls calls, String volume, String target) {
    NodeUnpublishVolumeRequest request =
        NodeUnpublishVolumeRequest.newBuilder().setVolumeId(volume).setTargetPath(target).build();
    return calls.call(stub -> stub.nodeUnpublishVolume(request));
  }

  private static Object unstage(NodeCalls calls, String volume, String staging) {
    NodeUnstageVolumeRequest request =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setStagingTargetPath(staging)
            .build();
    return calls.call(stub -> stub.nodeUnstageVolume(request));
  }

  private static Object expand(NodeCalls calls, String volume, String path, long limitBytes) {
    NodeExpandVolumeRequest request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setVolumePath(path)
            .setCapacityRange(
                CapacityRange.newBuilder().setRequiredBytes(10).setLimitBytes(limitBytes))
            .build();
    return calls.call(stub -> stub.nodeExpandVolume(request));
  }

  private static Object health(NodeCalls calls, String volume, String path) {
    NodeGetVolumeHealthRequest request =
        NodeGetVolumeHealthRequest.newBuilder()
            .setVolumeId(volume)
            .setVolumePublishPath(path)
            .build();
    return calls.call(stub -> stub.nodeGetVolumeHealth(request));
  }

  private static Object stats(NodeCalls calls, String volume, String path) {
    NodeGetVolumeStatsRequest request =
        NodeGetVolumeStatsRequest.newBuilder().setVolumeId(volume).setVolumePath(path).build();
    return calls.call(stub -> stub.nodeGetVolumeStats(request));
  }
}
