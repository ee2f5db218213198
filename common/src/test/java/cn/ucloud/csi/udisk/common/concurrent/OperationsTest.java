package cn.ucloud.csi.udisk.common.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScriptedCaller caller = new ScriptedCaller();
  private final Operations operations = new Operations(Duration.ofSeconds(20), () -> caller);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void letGo() {
    gate.countDown();
    callers.shutdownNow();
  }

  @Test
  void sixtyFourEqualCallsRunTheWorkOnceAndGetOneAnswer() throws Exception {
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      answers.add(call(() -> operations.run("pvc-1", OperationKind.CREATE, "10 GiB", this::gated)));
    }
    awaitWaiters(64);
    gate.countDown();
    for (Future<String> answer : answers) {
      assertThat(answer.get()).isEqualTo("done");
    }
    assertThat(runs).hasValue(1);
  }

  @Test
  void anOrderThatCameBackUndoneWaitsAndIsDroppedWhenItsOppositeArrives() throws Exception {
    Future<String> attach =
        call(() ->
            operations.run(
                "bsm-1",
                OperationKind.ATTACH,
                "uhost-a",
                progress -> {
                  try (Permission.Pass pass = operations.permissionToSend().enter()) {
                    pass.nothingDone(); // the host is busy with another disk
                  }
                  return gated(progress);
                }));
    awaitRuns(1);
    String answer = operations.run("bsm-1", OperationKind.DETACH, "uhost-a", _ -> "detached");
    assertThat(answer).isEqualTo("detached");
    assertThatThrownBy(attach::get).isInstanceOf(ExecutionException.class);
  }

  @Test
  void anOrderThatHasLeftIsNotDropped() {
    var _ =
        call(() ->
            operations.run(
                "bsm-1",
                OperationKind.ATTACH,
                "uhost-a",
                progress -> {
                  try (Permission.Pass _ = operations.permissionToSend().enter()) {
                    return gated(progress);
                  }
                }));
    awaitRuns(1);
    assertThatThrownBy(
            () -> operations.run("bsm-1", OperationKind.DETACH, "uhost-a", _ -> "detached"))
        .isInstanceOf(OperationPending.class);
  }

  @Test
  void anotherRequestForTheSameVolumeIsToldWhatIsGoingOn() {
    var _ =
        call(() -> operations.run("bsm-1", OperationKind.ATTACH, "uhost-a", this::sentAndGated));
    awaitRuns(1);
    assertThatThrownBy(() -> operations.run("bsm-1", OperationKind.ATTACH, "uhost-b", p -> "x"))
        .isInstanceOf(OperationPending.class)
        .hasMessage("attach of bsm-1 is still under way: waiting for the gate");
    assertThatThrownBy(() -> operations.run("bsm-1", OperationKind.DETACH, "uhost-a", p -> "x"))
        .isInstanceOf(OperationPending.class);
  }

  @Test
  void anotherVolumeDoesNotWait() {
    var _ = call(() -> operations.run("bsm-1", OperationKind.ATTACH, "a", this::sentAndGated));
    awaitRuns(1);
    assertThat(quick(operations, "bsm-2", OperationKind.ATTACH, "a", "free")).isEqualTo("free");
  }

  @Test
  void aWaiterWhoseTimeIsUpIsToldTheStageAndFindsTheWorkFurtherOnWhenItComesBack()
      throws Exception {
    caller.timeLeft = Optional.of(Duration.ofMillis(50));
    assertThatThrownBy(() -> operations.run("bsm-1", OperationKind.ATTACH, "a", this::sentAndGated))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("waiting for the gate");
    caller.timeLeft = Optional.empty();
    Future<String> second =
        call(() -> operations.run("bsm-1", OperationKind.ATTACH, "a", this::sentAndGated));
    awaitWaiters(2);
    gate.countDown();
    assertThat(second.get()).isEqualTo("done");
    assertThat(runs).hasValue(1);
  }

  @Test
  void workThatHasSentNothingIsDroppedWhenItsOnlyCallerGoes() {
    Future<String> gone =
        call(() -> operations.run("bsm-1", OperationKind.ATTACH, "a", this::gated));
    awaitRuns(1);
    caller.go();
    assertThatThrownBy(gone::get).cause().isInstanceOf(OperationPending.class);
    await().until(() -> isFree("bsm-1"));
  }

  @Test
  void workThatHasSentSomethingGoesOnWithoutItsCaller() throws Exception {
    Future<String> gone =
        call(() -> operations.run("bsm-1", OperationKind.ATTACH, "a", this::sentAndGated));
    awaitRuns(1);
    caller.go();
    assertThatThrownBy(gone::get).cause().isInstanceOf(OperationPending.class);
    assertThat(isFree("bsm-1")).isFalse();
    gate.countDown();
    await().until(() -> isFree("bsm-1"));
  }

  @Test
  void theOppositeTakesThePlaceOfWorkThatHasSentNothing() {
    Future<String> attach =
        call(() -> operations.run("bsm-1", OperationKind.ATTACH, "a", this::gated));
    awaitRuns(1);
    assertThat(quick(operations, "bsm-1", OperationKind.DETACH, "a", "detached"))
        .isEqualTo("detached");
    assertThatThrownBy(attach::get).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aDroppedOperationCannotSend() {
    CountDownLatch dropped = new CountDownLatch(1);
    AtomicInteger sent = new AtomicInteger();
    Future<String> attach =
        call(() ->
            operations.run(
                "bsm-1",
                OperationKind.ATTACH,
                "a",
                progress -> {
                  runs.incrementAndGet();
                  untilInterrupted(dropped);
                  progress.sending();
                  sent.incrementAndGet();
                  return "sent";
                }));
    awaitRuns(1);
    operations.run("bsm-1", OperationKind.DETACH, "a", p -> "detached");
    assertThatThrownBy(attach::get).cause().hasMessageContaining("nothing was sent");
    assertThat(sent).hasValue(0);
  }

  @Test
  void aSecondKeyIsHeldUntilTheEnd() throws Exception {
    Future<String> create =
        call(() ->
            operations.run(
                "pvc-1",
                OperationKind.CREATE,
                "spec",
                progress -> {
                  progress.sending();
                  progress.alsoHold("bsm-9");
                  return gated(progress);
                }));
    awaitRuns(1);
    assertThatThrownBy(() -> operations.run("bsm-9", OperationKind.DELETE, "", p -> "x"))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("create of pvc-1");
    gate.countDown();
    create.get();
    assertThat(quick(operations, "bsm-9", OperationKind.DELETE, "", "deleted"))
        .isEqualTo("deleted");
  }

  @Test
  void aKeyThatAnotherOperationHoldsIsNotTaken() {
    var _ = call(() -> operations.run("bsm-9", OperationKind.DELETE, "", this::sentAndGated));
    awaitRuns(1);
    assertThatThrownBy(() ->
            operations.run(
                "pvc-1",
                OperationKind.CREATE,
                "spec",
                progress -> {
                  progress.alsoHold("bsm-9");
                  return "x";
                }))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("delete of bsm-9");
    assertThat(isFree("pvc-1")).isTrue();
  }

  @Test
  void atItsLimitAnOperationIsInterruptedAndItsKeyIsFree() {
    Operations impatient = new Operations(Duration.ofMillis(50), Caller::patient);
    assertThatThrownBy(() -> impatient.run("bsm-1", OperationKind.ATTACH, "a", this::sentAndGated))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("interrupted");
    assertThat(quick(impatient, "bsm-1", OperationKind.ATTACH, "b", "free")).isEqualTo("free");
  }

  @Test
  void whatHasALimitOfItsOwnAndWhatWaitsForItDoNotCountForTheLimit() throws Exception {
    Operations impatient = new Operations(Duration.ofMillis(200), Caller::patient);
    Future<String> check =
        call(() ->
            impatient.run(
                "bsm-1",
                OperationKind.STAGE,
                "a",
                progress -> {
                  long start = System.nanoTime();
                  progress.queue("waiting", () -> spin(start, Duration.ofMillis(600)));
                  return progress.limitedByItself(() -> {
                    spin(start, Duration.ofMillis(1200));
                    return "checked";
                  });
                }));
    assertThat(check.get()).isEqualTo("checked");
  }

  private static void spin(long start, Duration duration) {
    while (System.nanoTime() - start < duration.toNanos()
        && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("interrupted");
    }
  }

  @Test
  void whatWaitsInAQueueSaysSoAndIsDroppedByItsOppositeAlsoAfterItHasSent() {
    Future<String> stage =
        call(() -> operations.run("bsm-1", OperationKind.STAGE, "a", this::queued));
    awaitRuns(1);
    assertThatThrownBy(() -> operations.run("bsm-1", OperationKind.PUBLISH, "a", p -> "x"))
        .hasMessage("stage of bsm-1 is still under way: waiting for others");
    assertThat(quick(operations, "bsm-1", OperationKind.UNSTAGE, "a", "unstaged"))
        .isEqualTo("unstaged");
    assertThatThrownBy(stage::get).cause().hasMessageContaining("its turn was not taken");
  }

  @Test
  void whatWaitsInAQueueKeepsItsPlaceWithoutItsCaller() throws Exception {
    Future<String> gone =
        call(() -> operations.run("bsm-1", OperationKind.STAGE, "a", this::queued));
    awaitRuns(1);
    caller.go();
    assertThatThrownBy(gone::get).cause().isInstanceOf(OperationPending.class);
    Future<String> again =
        call(() -> operations.run("bsm-1", OperationKind.STAGE, "a", this::queued));
    awaitWaiters(2);
    gate.countDown();
    assertThat(again.get()).isEqualTo("done");
    assertThat(runs).hasValue(1);
  }

  private String queued(Progress progress) {
    progress.sending();
    progress.queue(
        "waiting for others",
        () -> {
          runs.incrementAndGet();
          gate.await();
        });
    return "done";
  }

  @Test
  void aFailureReachesEveryWaiterAsItIs() {
    assertThatThrownBy(() ->
            operations.run(
                "bsm-1",
                OperationKind.DELETE,
                "",
                p -> {
                  throw new NotFound("volume", "bsm-1");
                }))
        .isInstanceOf(NotFound.class);
    assertThat(isFree("bsm-1")).isTrue();
  }

  @Test
  void aFinishedOperationIsNotRemembered() {
    assertThat(quick(operations, "bsm-1", OperationKind.ATTACH, "a", "first")).isEqualTo("first");
    assertThat(quick(operations, "bsm-1", OperationKind.ATTACH, "a", "second")).isEqualTo("second");
  }

  private static String quick(
      Operations operations, String key, OperationKind kind, Object arguments, String answer) {
    return operations.run(key, kind, arguments, progress -> answer);
  }

  private String gated(Progress progress) {
    progress.at("waiting for the gate");
    runs.incrementAndGet();
    if (!untilInterrupted(gate)) {
      throw new IllegalStateException("interrupted");
    }
    return "done";
  }

  private String sentAndGated(Progress progress) {
    progress.sending();
    return gated(progress);
  }

  private static boolean untilInterrupted(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private Future<String> call(Callable<String> work) {
    return callers.submit(work);
  }

  private void awaitRuns(int count) {
    await().untilAtomic(runs, org.hamcrest.Matchers.is(count));
  }

  private void awaitWaiters(int count) {
    await().until(() -> caller.registered.get() >= count);
  }

  private boolean isFree(String key) {
    try {
      operations.run(key, OperationKind.UNPUBLISH, "probe " + System.nanoTime(), p -> "free");
      return true;
    } catch (OperationPending e) {
      return false;
    }
  }

  /** A caller whose patience and departure the test decides. */
  private static final class ScriptedCaller implements Caller {
    private volatile Optional<Duration> timeLeft = Optional.empty();
    private final List<Runnable> goneActions = new ArrayList<>();
    private final AtomicInteger registered = new AtomicInteger();

    @Override
    public Optional<Duration> timeLeft() {
      return timeLeft;
    }

    @Override
    public synchronized void whenGone(Runnable action) {
      goneActions.add(action);
      registered.incrementAndGet();
    }

    synchronized void go() {
      goneActions.forEach(Runnable::run);
      goneActions.clear();
    }
  }

  @Test
  void whereAnotherProcessActsNothingBegins() {
    Revocable permission = new Revocable();
    Operations standby = new Operations(Duration.ofSeconds(20), Caller::patient, permission);
    permission.granted = false;
    assertThatThrownBy(() -> standby.run("v", OperationKind.CREATE, "x", progress -> "never"))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void whatHasBegunSendsNothingOnceAnotherProcessActs() {
    Revocable permission = new Revocable();
    Operations acting = new Operations(Duration.ofSeconds(20), Caller::patient, permission);
    assertThatThrownBy(() ->
            acting.run(
                "v",
                OperationKind.CREATE,
                "x",
                progress -> {
                  permission.granted = false;
                  progress.sending();
                  return "sent";
                }))
        .isInstanceOf(Unavailable.class);
  }

  private static final class Revocable implements Permission {
    volatile boolean granted = true;

    @Override
    public void require() {
      if (!granted) {
        throw new Unavailable("another process acts");
      }
    }

    @Override
    public Pass enter() {
      require();
      return () -> {};
    }
  }
}
