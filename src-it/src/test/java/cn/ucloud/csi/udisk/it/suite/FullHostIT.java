package cn.ucloud.csi.udisk.it.suite;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.ControllerService;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FullHostIT {
  private static final int MOST_DATA_DISKS = 26;

  @TempDir private Path directory;

  @Test
  void aHostWithAllTheDisksThatItTakesIsNamedUntilOneIsTakenOff() {
    try (VirtualTimeRegion lab = new VirtualTimeRegion(directory)) {
      Stock stock = new Stock(lab);
      List<String> there = new ArrayList<>();
      for (int count = 0; count < MOST_DATA_DISKS; count++) {
        there.add(stock.diskOn(VirtualTimeRegion.HOST_A));
      }
      String volume = stock.disk();
      ControllerService driver = lab.oldProcess(VirtualTimeRegion.Line.DIRECT);
      Duration before = lab.time.elapsed();

      Answer<?> full = publish(driver, volume);
      assertThat(full.status().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(full.status().getDescription()).contains("uhost-a", "26 data disks", volume);
      assertThat(unpublish(driver, volume).isOk()).isTrue();
      assertThat(lab.time.elapsed().minus(before)).isLessThan(Duration.ofSeconds(2));

      assertThat(unpublish(driver, there.getFirst()).isOk()).isTrue();
      assertThat(publish(driver, volume).isOk()).isTrue();
      assertThat(RegionState.of(lab.simulator).host(volume)).contains(VirtualTimeRegion.HOST_A);
    }
  }

  private static Answer<?> publish(ControllerService driver, String volume) {
    return Answer.of(
        driver::controllerPublishVolume, Requests.publish(volume, VirtualTimeRegion.HOST_A));
  }

  private static Answer<?> unpublish(ControllerService driver, String volume) {
    return Answer.of(
        driver::controllerUnpublishVolume, Requests.unpublish(volume, VirtualTimeRegion.HOST_A));
  }
}
