package cn.ucloud.csi.udisk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DeviceIdentity;
import cn.ucloud.csi.udisk.node.device.DeviceNumber;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private final Turns turns = new Turns(_ -> true);

  private static BlockDevice disk(long gib) {
    DeviceIdentity identity =
        new DeviceIdentity("UCLOUD_DISK_VDB", new DeviceNumber(7, 0), OptionalLong.empty());
    return new BlockDevice(Path.of("/dev/null"), identity, gib << 30);
  }

  /** Waits for as many as are let in at once, and proves that no more are. */
  @Test
  void twoSmallDisksAreWorkedOnAtATime() {
    AtomicInteger working = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier pair = new CyclicBarrier(2);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        var _ =
            threads.submit(() ->
                turns.take(
                    disk(10),
                    () -> {
                      most.accumulateAndGet(working.incrementAndGet(), Math::max);
                      await(pair);
                      return working.decrementAndGet();
                    }));
      }
    }
    assertThat(most).hasValue(2);
    assertThat(working).hasValue(0);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void smallDiskIsNotStuckBehindHugeOnes() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3; i++) {
        var _ =
            threads.submit(() ->
                turns.take(
                    disk(32000),
                    () -> {
                      begun.countDown();
                      try {
                        end.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return 0;
                    }));
      }
      begun.await();
      assertThat(turns.take(disk(10), () -> "done")).isEqualTo("done");
      end.countDown();
    }
  }

  @Test
  void turnIsGivenBackAfterAFailureAndNotTakenByTheInterrupted() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() ->
              turns.take(
                  disk(32000),
                  () -> {
                    throw new IllegalStateException("mkfs failed");
                  }))
          .isInstanceOf(IllegalStateException.class);
    }
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> turns.take(disk(32000), () -> "done")).isInstanceOf(Unavailable.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(turns.take(disk(32000), () -> "done")).isEqualTo("done");
  }
}
