package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every mutating action is applied and its answer lost, or the controller killed right after it was
 * sent, with listings that lag: afterwards there is one disk, where it should be.
 */
@Timeout(120)
class LostAnswersIT {
  private static final Duration STEP = Duration.ofMillis(300);
  private static final Duration LAG = Duration.ofSeconds(1);

  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  private Path directory;

  private Sandbox sandbox;
  private ControllerCalls calls;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void start() {
    sandbox = new Sandbox(directory, STEP, LAG).with("--create-settle", "3s").startController();
    calls = sandbox.calls();
  }

  @AfterEach
  void stop() {
    background.shutdownNow();
    sandbox.close();
  }

  @Test
  void lostAnswerOfEachActionLeavesOneDiskWhereItShouldBe() {
    sandbox.simulator().faults().add(Fault.of("CreateUDisk", Effect.LOSE_ANSWER));
    String volume = untilCertain(() -> calls.create("pvc-lost")).getVolumeId();
    assertThat(dataDisks()).singleElement().extracting(Disk::id).isEqualTo(volume);
    assertThat(untilCertain(() -> calls.create("pvc-lost")).getVolumeId()).isEqualTo(volume);

    sandbox.simulator().faults().add(Fault.of("AttachUDisk", Effect.LOSE_ANSWER));
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    assertThat(hostOf(volume)).contains("uhost-a");

    sandbox.simulator().faults().add(Fault.of("DetachUDisk", Effect.LOSE_ANSWER));
    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    assertThat(hostOf(volume)).isEmpty();

    sandbox.simulator().faults().add(Fault.of("DeleteUDisk", Effect.LOSE_ANSWER));
    untilCertain(() -> calls.delete(volume));
    assertThat(dataDisks()).isEmpty();
    assertThat(sandbox.simulator().faults().remaining()).isEmpty();
    assertThat(sandbox.simulator().calls().of("CreateUDisk")).hasSize(1);
  }

  @Test
  void createThatNeverArrivedIsMadeOnceByTheRepeat() {
    sandbox.simulator().faults().add(Fault.of("CreateUDisk", Effect.LOSE_REQUEST));
    untilCertain(() -> calls.create("pvc-lost"));
    assertThat(dataDisks()).hasSize(1);
  }

  @Test
  void killedRightAfterCreateWasSentTheNextProcessFindsTheDisk() {
    killAfterSending("CreateUDisk", () -> calls.create("pvc-killed"));
    String volume = untilCertain(() -> calls.create("pvc-killed")).getVolumeId();
    assertThat(dataDisks()).singleElement().extracting(Disk::id).isEqualTo(volume);
    assertThat(sandbox.simulator().calls().of("CreateUDisk")).hasSize(1);
  }

  @Test
  void killedRightAfterAttachWasSentTheNextProcessFindsItAttached() {
    String volume = untilCertain(() -> calls.create("pvc-killed")).getVolumeId();
    killAfterSending("AttachUDisk", () -> calls.publish(volume, "uhost-a"));
    assertThat(untilCertain(() -> calls.publish(volume, "uhost-a"))).containsKey("deviceName");
    assertThat(hostOf(volume)).contains("uhost-a");
  }

  @Test
  void killedRightAfterDetachWasSentTheNextProcessFindsItFree() {
    String volume = untilCertain(() -> calls.create("pvc-killed")).getVolumeId();
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    killAfterSending("DetachUDisk", () -> calls.unpublish(volume, "uhost-a"));
    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    assertThat(hostOf(volume)).isEmpty();
    untilCertain(() -> calls.publish(volume, "uhost-b"));
    assertThat(hostOf(volume)).contains("uhost-b");
  }

  @Test
  void killedRightAfterDeleteWasSentTheNextProcessFindsItGone() {
    String volume = untilCertain(() -> calls.create("pvc-killed")).getVolumeId();
    killAfterSending("DeleteUDisk", () -> calls.delete(volume));
    untilCertain(() -> calls.delete(volume));
    assertThat(dataDisks()).isEmpty();
  }

  /** The action is applied, its answer held back, the controller killed, and started again. */
  private void killAfterSending(String action, Runnable call) {
    sandbox.simulator().faults().add(Fault.of(action, Effect.HOLD_ANSWER));
    var _ = background.submit(call);
    await().until(() -> sandbox.simulator().faults().held() == 1);
    sandbox.killController();
    sandbox.simulator().faults().release();
    sandbox.startController();
  }

  private List<Disk> dataDisks() {
    return sandbox.simulator().state().disks().stream()
        .filter(disk -> disk.id().startsWith("bsm-"))
        .toList();
  }

  private Optional<String> hostOf(String volume) {
    return sandbox.simulator().state().attachments().stream()
        .filter(attachment -> attachment.diskId().equals(volume))
        .map(attachment -> attachment.hostId())
        .findFirst();
  }
}
