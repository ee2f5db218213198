package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.controller.ControllerService;
import csi.v1.ControllerPublishVolumeResponse;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueuedOrderIT {
  @TempDir private Path directory;

  @Test
  void anAttachThatWaitsForItsTurnAtABusyHostIsDroppedWhenTheDetachArrives() throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        RealTimeRegion town = new RealTimeRegion(directory, () -> {})) {
      String stuck = create(town, "pvc-stuck");
      String waiting = create(town, "pvc-waiting");
      town.simulator.console().freeze(stuck);
      var _ = callers.submit(() -> publish(town, stuck));
      await().until(() -> ordersOf(town, stuck) == 1);
      Future<Answer<ControllerPublishVolumeResponse>> attach =
          callers.submit(() -> publish(town, waiting));
      await().until(() -> ordersOf(town, waiting) > 0); // refused: the host is busy

      Answer<?> detach =
          Answer.of(
              town.driver::controllerUnpublishVolume,
              Requests.unpublish(waiting, RealTimeRegion.SLOW_HOST));
      assertThat(detach.status().isOk()).as("%s", detach.status()).isTrue();
      assertThat(attach.get().status().getCode()).isEqualTo(Code.ABORTED);
      long orders = ordersOf(town, waiting);
      town.simulator.console().thaw(stuck);
      await().until(() -> RegionState.of(town.simulator).host(stuck).isPresent());
      assertThat(RegionState.of(town.simulator).host(waiting)).isEmpty();
      assertThat(ordersOf(town, waiting)).isEqualTo(orders);
    }
  }

  private static String create(RealTimeRegion town, String name) {
    return Answer.of(town.driver::createVolume, Requests.create(name, "ssd"))
        .response()
        .orElseThrow()
        .getVolume()
        .getVolumeId();
  }

  private static Answer<ControllerPublishVolumeResponse> publish(
      RealTimeRegion town, String volume) {
    ControllerService driver = town.driver;
    return Answer.of(
        driver::controllerPublishVolume, Requests.publish(volume, RealTimeRegion.SLOW_HOST));
  }

  private static long ordersOf(RealTimeRegion town, String volume) {
    return town.simulator.calls().of("AttachUDisk").stream()
        .filter(call -> volume.equals(call.parameters().get("UDiskId")))
        .count();
  }
}
