package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static cn.ucloud.csi.udisk.it.SanityCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeServiceCapability.RPC;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status.Code;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** Staging and publishing. */
final class SanityNodeCases {
  private SanityNodeCases() {}

  static void add(SanityCase.Group group) {
    addAbout(group);
    addPublish(group.under("NodePublishVolume"));
    addUnpublish(group.under("NodeUnpublishVolume"));
    addStage(group.under("NodeStageVolume"));
    addUnstage(group.under("NodeUnstageVolume"));
  }

  private static void addAbout(SanityCase.Group group) {
    group
        .under("NodeGetCapabilities")
        .add(
            "should return appropriate capabilities",
            calls ->
                assertThat(
                        calls
                            .node(stub ->
                                stub.nodeGetCapabilities(
                                    NodeGetCapabilitiesRequest.getDefaultInstance()))
                            .getCapabilitiesList())
                    .extracting(capability -> capability.getRpc().getType())
                    .containsExactlyInAnyOrder(
                        RPC.Type.STAGE_UNSTAGE_VOLUME,
                        RPC.Type.GET_VOLUME_STATS,
                        RPC.Type.GET_VOLUME_HEALTH,
                        RPC.Type.EXPAND_VOLUME,
                        RPC.Type.SINGLE_NODE_MULTI_WRITER));
    group
        .under("NodeGetInfo")
        .add(
            "should return appropriate values",
            calls -> {
              NodeGetInfoResponse info =
                  calls.node(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()));
              assertThat(info.getNodeId()).isEqualTo("uhost-a");
              assertThat(info.getMaxVolumesPerNode()).isPositive();
              assertThat(info.getAccessibleTopology().getSegmentsMap())
                  .containsEntry("topology.udisk.csi.ucloud.cn/zone", Sandbox.ZONE);
            });
  }

  private static void addPublish(SanityCase.Group publish) {
    publish.add(
        "should fail when no volume id is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT, () -> published(calls, publishing(calls).clearVolumeId())));
    publish.add(
        "should fail when no target path is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () -> published(calls, publishing(calls).clearTargetPath())));
    publish.add(
        "should fail when no volume capability is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () -> published(calls, publishing(calls).clearVolumeCapability())));
    publish.add(
        "with single node multi writer capability should fail when volume with single node single"
            + " writer access mode is already mounted at a different target path",
        calls -> {
          VolumeCapability alone = calls.capability(Mode.SINGLE_NODE_SINGLE_WRITER);
          Volume volume =
              calls.create(
                  calls.createRequest(unique("sanity-alone")).setVolumeCapabilities(0, alone));
          Map<String, String> context = calls.attach(volume.getVolumeId());
          calls.stage(calls.stageRequest(volume, context).setVolumeCapability(alone));
          NodePublishVolumeRequest.Builder request =
              calls.publishRequest(volume, context).setVolumeCapability(alone);
          calls.publish(request);
          Path other = calls.target().resolveSibling("other_target");
          refused(
              Code.FAILED_PRECONDITION,
              () -> published(calls, request.setTargetPath(other.toString())));
          assertThat(other).doesNotExist();
        });
  }

  private static void addUnpublish(SanityCase.Group unpublish) {
    unpublish.add(
        "should fail when no volume id is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () ->
                    calls.node(stub ->
                        stub.nodeUnpublishVolume(
                            NodeUnpublishVolumeRequest.getDefaultInstance()))));
    unpublish.add(
        "should fail when no target path is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () ->
                    calls.node(stub ->
                        stub.nodeUnpublishVolume(
                            NodeUnpublishVolumeRequest.newBuilder()
                                .setVolumeId(unique("fake-vol-id"))
                                .build()))));
    unpublish.add(
        "should remove target path",
        calls -> {
          String volume = calls.published("sanity-unpublished").getVolumeId();
          assertThat(Files.isDirectory(calls.target(), LinkOption.NOFOLLOW_LINKS))
              .isEqualTo(calls.type() == AccessType.MOUNT);
          assertThat(calls.target()).exists();
          calls.unpublish(volume, calls.target());
          assertThat(calls.target()).doesNotExist();
        });
  }

  private static void addStage(SanityCase.Group stage) {
    stage.add(
        "should fail when no volume id is provided",
        calls ->
            refused(Code.INVALID_ARGUMENT, () -> staged(calls, staging(calls).clearVolumeId())));
    stage.add(
        "should fail when no staging target path is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () -> staged(calls, staging(calls).clearStagingTargetPath())));
    stage.add(
        "should fail when no volume capability is provided",
        calls -> {
          Volume volume = calls.create("sanity-no-capability");
          refused(
              Code.INVALID_ARGUMENT,
              () ->
                  staged(
                      calls,
                      staging(calls).setVolumeId(volume.getVolumeId()).clearVolumeCapability()));
        });
  }

  private static void addUnstage(SanityCase.Group unstage) {
    unstage.add(
        "should fail when no volume id is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () ->
                    calls.node(stub ->
                        stub.nodeUnstageVolume(
                            NodeUnstageVolumeRequest.newBuilder()
                                .setStagingTargetPath(calls.staging().toString())
                                .build()))));
    unstage.add(
        "should fail when no staging target path is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () ->
                    calls.node(stub ->
                        stub.nodeUnstageVolume(
                            NodeUnstageVolumeRequest.newBuilder()
                                .setVolumeId(unique("fake-vol-id"))
                                .build()))));
  }

  private static Volume nowhere() {
    return Volume.newBuilder().setVolumeId(unique("fake-vol-id")).build();
  }

  private static NodePublishVolumeRequest.Builder publishing(SanityCalls calls) {
    return calls.publishRequest(nowhere(), Map.of());
  }

  private static NodeStageVolumeRequest.Builder staging(SanityCalls calls) {
    return calls.stageRequest(nowhere(), Map.of("device", "/dev/mock"));
  }

  private static boolean published(SanityCalls calls, NodePublishVolumeRequest.Builder request) {
    calls.publish(request);
    return true;
  }

  private static boolean staged(SanityCalls calls, NodeStageVolumeRequest.Builder request) {
    calls.stage(request);
    return true;
  }
}
