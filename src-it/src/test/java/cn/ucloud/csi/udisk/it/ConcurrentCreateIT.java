package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.Volume;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many callers at once, each on a connection of its own: one disk per name, never more. */
class ConcurrentCreateIT {
  private static final int CALLERS = 64;

  @TempDir private static Path directory;
  private static Sandbox sandbox;

  @BeforeAll
  static void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(300), Duration.ofMillis(300)).startController();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void oneNameMakesOneDisk() throws Exception {
    List<Volume> volumes = atOnce(IntStream.range(0, CALLERS).mapToObj(_ -> "pvc-same").toList());
    assertThat(volumes).hasSize(CALLERS);
    assertThat(volumes.stream().map(Volume::getVolumeId).distinct())
        .containsExactlyElementsOf(sandbox.disksNamed("pvc-same").stream().map(Disk::id).toList());
    assertThat(sandbox.ordersOf("pvc-same")).isEqualTo(1);
  }

  @Test
  void manyNamesMakeAsManyDisks() throws Exception {
    List<String> names = IntStream.range(0, CALLERS).mapToObj(i -> "pvc-" + i).toList();
    List<Volume> volumes = atOnce(names);
    assertThat(volumes.stream().map(Volume::getVolumeId)).doesNotHaveDuplicates().hasSize(CALLERS);
    for (int i = 0; i < CALLERS; i++) {
      assertThat(sandbox.disksNamed(names.get(i)))
          .singleElement()
          .extracting(Disk::id)
          .isEqualTo(volumes.get(i).getVolumeId());
    }
  }

  @Test
  void anotherRequestUnderTheSameNameIsRefused() {
    Volume volume = untilCertain(() -> sandbox.calls().create("pvc-two"));
    assertThatThrownBy(() -> untilCertain(() -> sandbox.calls().create(larger("pvc-two"))))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.ALREADY_EXISTS))
        .hasMessageContaining(volume.getVolumeId());
    assertThat(sandbox.disksNamed("pvc-two")).hasSize(1);
  }

  @Test
  void twoRequestsUnderOneNameAtTheSameTimeMakeOneDisk() throws Exception {
    // With a limit, for without one the larger disk would do for both.
    CreateVolumeRequest small =
        ControllerCalls.createRequest("pvc-race")
            .setCapacityRange(
                CapacityRange.newBuilder()
                    .setRequiredBytes(10 * ControllerCalls.GIB)
                    .setLimitBytes(10 * ControllerCalls.GIB))
            .build();
    CreateVolumeRequest large = larger("pvc-race");
    List<Code> codes = inParallel(List.of(() -> outcome(small), () -> outcome(large)));
    assertThat(codes).containsExactlyInAnyOrder(Code.OK, Code.ALREADY_EXISTS);
    assertThat(sandbox.disksNamed("pvc-race")).hasSize(1);
    assertThat(sandbox.ordersOf("pvc-race")).isEqualTo(1);
  }

  private static List<Volume> atOnce(List<String> names) throws Exception {
    return inParallel(
        names.stream()
            .<Callable<Volume>>map(name -> () -> untilCertain(() -> sandbox.calls().create(name)))
            .toList());
  }

  private static <T> List<T> inParallel(List<Callable<T>> calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return threads.invokeAll(calls).stream().map(Future::resultNow).toList();
    }
  }

  private static Code outcome(CreateVolumeRequest request) {
    try {
      var _ = untilCertain(() -> sandbox.calls().create(request));
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static CreateVolumeRequest larger(String name) {
    return ControllerCalls.createRequest(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20 * ControllerCalls.GIB))
        .build();
  }
}
