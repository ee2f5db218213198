package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.node.linux.Space;
import cn.ucloud.csi.udisk.node.space.VolumeStats.Stats;
import csi.v1.NodeGetVolumeStatsResponse;
import csi.v1.VolumeUsage;

/** How full a volume is, as kubelet wants to be told. */
final class StatsAnswers {
  private StatsAnswers() {}

  static NodeGetVolumeStatsResponse toProto(Stats stats) {
    NodeGetVolumeStatsResponse.Builder response = NodeGetVolumeStatsResponse.newBuilder();
    switch (stats) {
      case Stats.Raw(long bytes) ->
          response.addUsageBuilder().setUnit(VolumeUsage.Unit.BYTES).setTotal(bytes);
      case Stats.Filesystem(Space space) -> {
        response
            .addUsageBuilder()
            .setUnit(VolumeUsage.Unit.BYTES)
            .setTotal(space.totalBytes())
            .setAvailable(space.availableBytes())
            .setUsed(space.usedBytes());
        if (space.inodes() > 0) {
          response
              .addUsageBuilder()
              .setUnit(VolumeUsage.Unit.INODES)
              .setTotal(space.inodes())
              .setAvailable(space.freeInodes())
              .setUsed(space.usedInodes());
        }
      }
    }
    return response.build();
  }
}
