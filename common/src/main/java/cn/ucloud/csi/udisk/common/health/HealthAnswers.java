package cn.ucloud.csi.udisk.common.health;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import csi.v1.VolumeHealth;
import csi.v1.VolumeHealthErrorType;
import java.util.List;

/**
 * What is wrong with a volume, as the health calls of both processes tell it. Nothing is ever
 * called DATA_LOSS: no sign that either process has proves that data are lost, and who is told so
 * may throw away what is left.
 */
public final class HealthAnswers {
  private HealthAnswers() {}

  /** Without a problem nothing is known against the volume. */
  public static VolumeHealth toProto(VolumeId volume, List<HealthProblem> problems) {
    VolumeHealth.Builder health = VolumeHealth.newBuilder().setVolumeId(volume.value());
    for (HealthProblem problem : problems) {
      health
          .addHealthStatusesBuilder()
          .setStatus(
              problem.isUsable()
                  ? VolumeHealthErrorType.DEGRADED
                  : VolumeHealthErrorType.INACCESSIBLE)
          .setReason(problem.reason())
          .setMessage(problem.sentence());
    }
    return health.build();
  }
}
