package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.health.HealthAnswers;
import cn.ucloud.csi.udisk.common.health.HealthProblem;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth;
import cn.ucloud.csi.udisk.controller.health.VolumeHealth.Sick;
import cn.ucloud.csi.udisk.controller.request.ListQuery;
import csi.v1.ControllerGetVolumeHealthResponse;
import csi.v1.ControllerListVolumeHealthResponse;
import java.util.List;

/** What the health RPCs answer. */
final class HealthCalls {
  private final VolumeHealth health;

  HealthCalls(VolumeHealth health) {
    this.health = health;
  }

  ControllerGetVolumeHealthResponse get(VolumeId volume) {
    List<HealthProblem> problems =
        health.find(volume).orElseThrow(() -> new NotFound("volume", volume.value()));
    return ControllerGetVolumeHealthResponse.newBuilder()
        .setVolumeHealth(HealthAnswers.toProto(volume, problems))
        .build();
  }

  ControllerListVolumeHealthResponse list(ListQuery query) {
    ListQuery.Part<Sick> part =
        query.of(
            health.all().stream(),
            sick -> new ListQuery.Position(sick.createTime(), sick.volume().value()));
    ControllerListVolumeHealthResponse.Builder response =
        ControllerListVolumeHealthResponse.newBuilder().setNextToken(part.nextToken());
    for (Sick sick : part.entries()) {
      response.addEntries(HealthAnswers.toProto(sick.volume(), sick.problems()));
    }
    return response.build();
  }
}
