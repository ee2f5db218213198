package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.SanityCalls.GIB;
import static cn.ucloud.csi.udisk.it.SanityCalls.refused;
import static cn.ucloud.csi.udisk.it.SanityCalls.unique;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CapacityRange;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeExpandVolumeResponse;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.Volume;
import csi.v1.VolumeUsage;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How full a volume is, how it grows on its node, and its whole life there. */
final class SanityGrowCases {
  private static final int REPEATS = 10;

  /** The suite asks for a path that no volume can be at. */
  private static final String ELSEWHERE = "some/path";

  private SanityGrowCases() {}

  static void add(SanityCase.Group group) {
    addStats(group.under("NodeGetVolumeStats"));
    addExpand(group.under("NodeExpandVolume"));
    group.add("should work", calls -> live(calls, 1));
    group.add("should be idempotent", calls -> live(calls, REPEATS));
  }

  private static void addStats(SanityCase.Group stats) {
    stats.add(
        "should fail when no volume id is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> stats(calls, "", ELSEWHERE)));
    stats.add(
        "should fail when no volume path is provided",
        calls -> refused(Code.INVALID_ARGUMENT, () -> stats(calls, unique("fake-vol-id"), "")));
    stats.add(
        "should fail when volume is not found",
        calls -> refused(Code.NOT_FOUND, () -> stats(calls, unique("fake-vol-id"), ELSEWHERE)));
    stats.add(
        "should fail when volume does not exist on the specified path",
        calls -> {
          String volume = calls.published("sanity-stats").getVolumeId();
          refused(Code.NOT_FOUND, () -> stats(calls, volume, ELSEWHERE));
          Path parent = calls.target().resolveSibling("nothing-here");
          refused(Code.NOT_FOUND, () -> stats(calls, volume, parent.toString()));
        });
  }

  private static void addExpand(SanityCase.Group expand) {
    expand.add(
        "should fail when no volume id is provided",
        calls ->
            refused(Code.INVALID_ARGUMENT, () -> expand(calls, "", calls.target().toString())));
    expand.add(
        "should fail when no volume path is provided",
        calls -> {
          String volume = calls.create("sanity-no-path").getVolumeId();
          refused(Code.INVALID_ARGUMENT, () -> expand(calls, volume, ""));
        });
    expand.add(
        "should fail when volume is not found",
        calls -> refused(Code.NOT_FOUND, () -> expand(calls, unique("fake-vol-id"), ELSEWHERE)));
    expand.add(
        "should work if node-expand is called after node-publish",
        calls -> {
          Volume volume = calls.create("sanity-grown");
          String id = volume.getVolumeId();
          assertThat(SanityChangeCases.expand(calls, id, 20).getCapacityBytes())
              .isEqualTo(20 * GIB);
          Map<String, String> context = calls.attach(id);
          calls.stage(calls.stageRequest(volume, context));
          calls.publish(calls.publishRequest(volume, context));
          assertThat(expand(calls, id, calls.target().toString()).getCapacityBytes())
              .isEqualTo(20 * GIB);
          requireUsage(calls, id, 20);
        });
  }

  private static void live(SanityCalls calls, int times) {
    Volume volume = calls.create("sanity-life");
    String id = volume.getVolumeId();
    Map<String, String> context = calls.attach(id);
    int staged = calls.type() == AccessType.MOUNT ? 1 : 0;
    for (int count = 0; count < times; count++) {
      calls.stage(calls.stageRequest(volume, context));
      assertThat(calls.world().cluster().mountPoints()).hasSize(staged);
    }
    for (int count = 0; count < times; count++) {
      calls.publish(calls.publishRequest(volume, context));
      assertThat(calls.world().cluster().mountPoints()).hasSize(staged + 1);
    }
    requireUsage(calls, id, 10);
  }

  private static void requireUsage(SanityCalls calls, String volume, long gib) {
    List<VolumeUsage> usage = stats(calls, volume, calls.target().toString());
    assertThat(usage).isNotEmpty();
    VolumeUsage bytes = usage.getFirst();
    assertThat(bytes.getUnit()).isEqualTo(VolumeUsage.Unit.BYTES);
    assertThat(bytes.getTotal()).isBetween(gib * GIB - GIB, gib * GIB);
  }

  private static List<VolumeUsage> stats(SanityCalls calls, String volume, String path) {
    return calls
        .node(stub ->
            stub.nodeGetVolumeStats(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId(volume)
                    .setVolumePath(path)
                    .build()))
        .getUsageList();
  }

  private static NodeExpandVolumeResponse expand(SanityCalls calls, String volume, String path) {
    return calls.node(stub ->
        stub.nodeExpandVolume(
            NodeExpandVolumeRequest.newBuilder()
                .setVolumeId(volume)
                .setVolumePath(path)
                .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20 * GIB))
                .build()));
  }
}
