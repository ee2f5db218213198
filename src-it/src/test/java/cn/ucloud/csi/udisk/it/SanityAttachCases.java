package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static cn.ucloud.csi.udisk.it.SanityCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.NodeGetInfoResponse;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Attaching and detaching. */
final class SanityAttachCases {
  private static final int REPEATS = 10;

  private SanityAttachCases() {}

  static void add(SanityCase.Group group) {
    addRefused(group.under("ControllerPublishVolume"));
    addImpossible(group.under("ControllerPublishVolume"));
    SanityCase.Group life = group.under("volume lifecycle");
    life.add("should work", calls -> attachOften(calls, 1));
    life.add("should be idempotent", calls -> attachOften(calls, REPEATS));
    group
        .under("ControllerUnpublishVolume")
        .add(
            "should fail when no volume id is provided",
            calls ->
                refused(
                    Code.INVALID_ARGUMENT,
                    () ->
                        calls.controller(stub ->
                            stub.controllerUnpublishVolume(
                                ControllerUnpublishVolumeRequest.getDefaultInstance()))));
  }

  private static void addRefused(SanityCase.Group attach) {
    attach.add(
        "should fail when no volume id is provided",
        calls ->
            refused(Code.INVALID_ARGUMENT, () -> attach(calls, request(calls).clearVolumeId())));
    attach.add(
        "should fail when no node id is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> attach(calls, request(calls).clearNodeId())));
    attach.add(
        "should fail when no volume capability is provided",
        calls ->
            refused(
                Code.INVALID_ARGUMENT,
                () -> attach(calls, request(calls).clearVolumeCapability())));
    attach.add(
        "should fail when the volume does not exist",
        calls -> refused(Code.NOT_FOUND, () -> attach(calls, request(calls))));
    attach.add(
        "should fail when the node does not exist",
        calls -> {
          String volume = calls.create("sanity-wrong-node").getVolumeId();
          refused(Code.NOT_FOUND, () -> attach(calls, request(calls).setVolumeId(volume)));
        });
  }

  private static void addImpossible(SanityCase.Group attach) {
    attach.add(
        "should fail when publishing more volumes than the node max attach limit",
        calls -> {
          NodeGetInfoResponse node = calls.world().fullNode();
          assertThat(node.getMaxVolumesPerNode()).isEqualTo(SanityWorld.PLACES);
          for (int count = 0; count < SanityWorld.PLACES; count++) {
            String volume = calls.create("sanity-fits").getVolumeId();
            assertThat(attach(calls, calls.attachRequest(volume, node.getNodeId()))).isNotEmpty();
          }
          String volume = calls.create("sanity-one-more").getVolumeId();
          // The cloud has no code of its own for a full host, so nothing certain can be said.
          refused(
              Code.ABORTED,
              () ->
                  calls.controllerWithin(
                      Duration.ofSeconds(3),
                      stub ->
                          stub.controllerPublishVolume(
                              calls.attachRequest(volume, node.getNodeId()).build())));
          assertThat(calls.world().cluster().sandbox().hostOf(volume)).isEmpty();
        });
    attach.add(
        "should fail when the volume is already published but is incompatible",
        calls -> {
          assertThat(calls.announced()).doesNotContain(RPC.Type.PUBLISH_READONLY);
          String volume = calls.create("sanity-incompatible").getVolumeId();
          assertThat(calls.attach(volume)).isNotEmpty();
          refused(
              Code.INVALID_ARGUMENT,
              () -> attach(calls, calls.attachRequest(volume, calls.nodeId()).setReadonly(true)));
        });
  }

  private static void attachOften(SanityCalls calls, int times) {
    String volume = calls.create("sanity-attached").getVolumeId();
    Set<Map<String, String>> contexts = new HashSet<>();
    for (int count = 0; count < times; count++) {
      contexts.add(calls.attach(volume));
    }
    assertThat(contexts).hasSize(1);
    assertThat(calls.world().cluster().sandbox().hostOf(volume)).contains("uhost-a");
  }

  private static ControllerPublishVolumeRequest.Builder request(SanityCalls calls) {
    return calls.attachRequest(unique("fake-vol-id"), unique("fake-node-id"));
  }

  private static Map<String, String> attach(
      SanityCalls calls, ControllerPublishVolumeRequest.Builder request) {
    return calls
        .controller(stub -> stub.controllerPublishVolume(request.build()))
        .getPublishContextMap();
  }
}
