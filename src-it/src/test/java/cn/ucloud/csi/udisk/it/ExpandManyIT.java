package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred expansions at once, which the closed driver had to learn in 26.02.02. */
class ExpandManyIT {
  private static final int MANY = 100;
  private static final int ON_ONE_HOST = 20;

  @TempDir private Path directory;
  private Sandbox sandbox;

  @BeforeEach
  void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(200), Duration.ofMillis(200)).startController();
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void aHundredVolumesGrowAtOnceFreeAndAttached() throws Exception {
    List<String> volumes =
        inParallel(
            IntStream.range(0, MANY).<Callable<String>>mapToObj(number -> () -> made(number)));
    // As a crowd meets them: refused for the rate, and answers that get lost.
    sandbox.simulator().faults().add(Fault.retCode("ResizeUDisk", 153).times(3));
    sandbox.simulator().faults().add(Fault.of("ResizeUDisk", Effect.LOSE_ANSWER).times(3));
    sandbox.simulator().faults().add(Fault.of("ResizeAttachedDisk", Effect.LOSE_ANSWER).times(3));
    List<ControllerExpandVolumeResponse> grown =
        inParallel(
            volumes.stream()
                .<Callable<ControllerExpandVolumeResponse>>map(volume -> () -> expand(volume)));
    assertThat(grown).allMatch(answer -> answer.getCapacityBytes() == 20 * GIB);
    assertThat(sandbox.disks())
        .hasSize(MANY)
        .extracting(Disk::order)
        .allMatch(order -> order.sizeGb() == 20);
    assertThat(sandbox.simulator().faults().remaining()).isEmpty();
  }

  @Test
  void aHundredExpansionsOfOneVolumeAreOne() throws Exception {
    String volume = made(ON_ONE_HOST);
    assertThat(
            inParallel(
                Collections.nCopies(
                    MANY, (Callable<ControllerExpandVolumeResponse>) () -> expand(volume))
                    .stream()))
        .allMatch(answer -> answer.getCapacityBytes() == 20 * GIB);
    assertThat(sandbox.simulator().calls().of("ResizeUDisk")).hasSize(1);
  }

  /** The first ones are attached to one host. */
  private String made(int number) {
    String volume = untilCertain(() -> sandbox.calls().create("pvc-" + number)).getVolumeId();
    if (number < ON_ONE_HOST) {
      var _ = untilCertain(() -> sandbox.calls().publish(volume, "uhost-a"));
    }
    return volume;
  }

  private ControllerExpandVolumeResponse expand(String volume) {
    ControllerExpandVolumeRequest request =
        ControllerExpandVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(15 * GIB))
            .build();
    return untilCertain(() -> sandbox.calls().call(stub -> stub.controllerExpandVolume(request)));
  }

  private static <T> List<T> inParallel(Stream<Callable<T>> calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.invokeAll(calls.toList()).stream().map(Future::resultNow).toList();
    }
  }
}
