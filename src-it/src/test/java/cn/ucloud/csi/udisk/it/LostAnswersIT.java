package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Effect;
import cn.ucloud.csi.udisk.simulator.fault.Fault;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every mutating action is applied and its answer lost, or the controller killed right after it was
 * sent, with listings that lag: afterwards there is one disk, where it should be.
 */
class LostAnswersIT {
  private static final Duration STEP = Duration.ofMillis(100);

  /** Longer than any step: what was done is not shown when the next call looks. */
  private static final Duration LAG = Duration.ofMillis(600);

  @TempDir private static Path directory;
  private static Sandbox sandbox;
  private static ControllerCalls calls;

  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeAll
  static void start() {
    sandbox = new Sandbox(directory, STEP, LAG).with("--create-settle", "1500ms").startController();
    calls = sandbox.calls();
  }

  @AfterEach
  void everyFaultHasStruck() {
    background.shutdownNow();
    sandbox.simulator().faults().release();
    assertThat(sandbox.simulator().faults().remaining()).isEmpty();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void lostAnswerOfEachActionLeavesOneDiskWhereItShouldBe() {
    strikeNext("CreateUDisk", Effect.LOSE_ANSWER);
    String volume = create("pvc-lost");
    assertThat(sandbox.disksNamed("pvc-lost"))
        .singleElement()
        .extracting(Disk::id)
        .isEqualTo(volume);
    assertThat(create("pvc-lost")).isEqualTo(volume);
    assertThat(sandbox.ordersOf("pvc-lost")).isEqualTo(1);

    strikeNext("AttachUDisk", Effect.LOSE_ANSWER);
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    assertThat(sandbox.hostOf(volume)).contains("uhost-a");

    strikeNext("DetachUDisk", Effect.LOSE_ANSWER);
    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    assertThat(sandbox.hostOf(volume)).isEmpty();

    strikeNext("DeleteUDisk", Effect.LOSE_ANSWER);
    untilCertain(() -> calls.delete(volume));
    assertThat(sandbox.disksNamed("pvc-lost")).isEmpty();
  }

  @Test
  void createThatNeverArrivedIsMadeOnceByTheRepeat() {
    strikeNext("CreateUDisk", Effect.LOSE_REQUEST);
    String volume = create("pvc-unsent");
    assertThat(sandbox.disksNamed("pvc-unsent"))
        .singleElement()
        .extracting(Disk::id)
        .isEqualTo(volume);
  }

  @Test
  void killedRightAfterCreateWasSentTheNextProcessFindsTheDisk() {
    killAfterSending("CreateUDisk", () -> calls.create("pvc-create"));
    String volume = create("pvc-create");
    assertThat(sandbox.disksNamed("pvc-create"))
        .singleElement()
        .extracting(Disk::id)
        .isEqualTo(volume);
    assertThat(sandbox.ordersOf("pvc-create")).isEqualTo(1);
  }

  @Test
  void killedRightAfterAttachWasSentTheNextProcessFindsItAttached() {
    String volume = create("pvc-attach");
    killAfterSending("AttachUDisk", () -> calls.publish(volume, "uhost-a"));
    assertThat(untilCertain(() -> calls.publish(volume, "uhost-a"))).containsKey("deviceName");
    assertThat(sandbox.hostOf(volume)).contains("uhost-a");
  }

  @Test
  void killedRightAfterDetachWasSentTheNextProcessFindsItFree() {
    String volume = create("pvc-detach");
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    killAfterSending("DetachUDisk", () -> calls.unpublish(volume, "uhost-a"));
    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    assertThat(sandbox.hostOf(volume)).isEmpty();
    untilCertain(() -> calls.publish(volume, "uhost-b"));
    assertThat(sandbox.hostOf(volume)).contains("uhost-b");
  }

  @Test
  void killedRightAfterDeleteWasSentTheNextProcessFindsItGone() {
    String volume = create("pvc-delete");
    killAfterSending("DeleteUDisk", () -> calls.delete(volume));
    untilCertain(() -> calls.delete(volume));
    assertThat(sandbox.disksNamed("pvc-delete")).isEmpty();
  }

  private static String create(String name) {
    return untilCertain(() -> calls.create(name)).getVolumeId();
  }

  private static void strikeNext(String action, Effect effect) {
    sandbox.simulator().faults().add(Fault.of(action, effect));
  }

  /** The action is applied, its answer held back, the controller killed, and started again. */
  private void killAfterSending(String action, Runnable call) {
    strikeNext(action, Effect.HOLD_ANSWER);
    var _ = background.submit(call);
    await().until(() -> sandbox.simulator().faults().held() == 1);
    sandbox.killController();
    sandbox.simulator().faults().release();
    sandbox.startController();
  }
}
