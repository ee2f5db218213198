package cn.ucloud.csi.udisk.node.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Caller;
import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Programs that share memory, run by operations as the node's are. */
final class ProgramMemoryTest {
  private static final long MIB = 1L << 20;

  private final AtomicBoolean there = new AtomicBoolean(true);
  private final ProgramMemory memory = new ProgramMemory(100 * MIB, _ -> there.get());
  private final Operations operations = new Operations(Duration.ofMinutes(5), Caller::patient);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void letGo() {
    end.countDown();
    threads.shutdownNow();
  }

  private static BlockDevice disk(String name) {
    DeviceIdentity identity =
        new DeviceIdentity("UCLOUD_DISK_VDB", new DeviceNumber(7, 0), OptionalLong.empty());
    return new BlockDevice(Path.of("/dev/" + name), identity, 1L << 30);
  }

  private Future<String> stage(String disk, long bytes, CountDownLatch until) {
    return threads.submit(() ->
        operations.run(
            disk,
            OperationKind.STAGE,
            "",
            progress -> {
              progress.sending();
              return memory.with(
                  "e2fsck",
                  disk(disk),
                  bytes,
                  () -> {
                    begun.countDown();
                    await(until);
                    return "checked " + disk;
                  });
            }));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String said(String disk) {
    try {
      return operations.run(disk, OperationKind.PUBLISH, "", _ -> "nothing is under way");
    } catch (OperationPending e) {
      return e.sentence();
    }
  }

  private void awaitQueued(String disk) {
    Awaitility.await().until(() -> said(disk).contains("waiting for the memory"));
  }

  private final CountDownLatch open = new CountDownLatch(0);

  @Test
  void oneThatNeedsMoreThanIsLeftWaitsAndSaysForWhatAndOneThatNeedsLittleOvertakesIt()
      throws Exception {
    Future<String> first = stage("vdb", 80 * MIB, end);
    await(begun);
    Future<String> second = stage("vdc", 30 * MIB, open);
    awaitQueued("vdc");
    assertThat(said("vdc"))
        .isEqualTo(
            "stage of vdc is still under way: waiting for the memory that e2fsck needs, 30 MiB of"
                + " 100 MiB, used now by e2fsck of /dev/vdb (80 MiB)");
    assertThat(stage("vdd", 20 * MIB, open).get()).isEqualTo("checked vdd");
    end.countDown();
    assertThat(first.get()).isEqualTo("checked vdb");
    assertThat(second.get()).isEqualTo("checked vdc");
  }

  @Test
  void unstageOfAVolumeWhoseStageWaitsDropsItFromTheQueue() throws Exception {
    Future<String> first = stage("vdb", 80 * MIB, end);
    await(begun);
    Future<String> second = stage("vdc", 30 * MIB, open);
    awaitQueued("vdc");
    assertThat(operations.<String>run("vdc", OperationKind.UNSTAGE, "", _ -> "unstaged"))
        .isEqualTo("unstaged");
    assertThatThrownBy(second::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(OperationPending.class);
    assertThat(stage("vdd", 20 * MIB, open).get()).isEqualTo("checked vdd");
    end.countDown();
    assertThat(first.get()).isEqualTo("checked vdb");
    assertThat(stage("vde", 100 * MIB, open).get()).isEqualTo("checked vde");
  }

  @Test
  void diskThatWentAwayMeanwhileIsLeftAlone() throws Exception {
    var _ = stage("vdb", 80 * MIB, end);
    await(begun);
    Future<String> second = stage("vdc", 30 * MIB, open);
    awaitQueued("vdc");
    there.set(false);
    end.countDown();
    assertThatThrownBy(second::get).cause().isInstanceOf(HostRefused.class);
    there.set(true);
    assertThat(stage("vdd", 100 * MIB, open).get()).isEqualTo("checked vdd");
  }

  @Test
  void oneThatNeedsMoreThanThereIsGetsAllAndGivesItBackAfterAFailure() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() ->
              memory.with(
                  "mkfs.ext4",
                  disk("vdb"),
                  1000 * MIB,
                  () -> {
                    throw new IllegalStateException("mkfs failed");
                  }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(memory.with("mkfs.ext4", disk("vdb"), 100 * MIB, () -> "done")).isEqualTo("done");
  }
}
