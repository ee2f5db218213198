package cn.ucloud.csi.udisk.common.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Operations.Body;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The key of a source, which copies share and whatever changes the source has for itself. */
@Timeout(30)
class SharedKeysTest {
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Operations operations = new Operations(Duration.ofSeconds(20), Caller::patient);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void letGo() {
    gate.countDown();
    callers.shutdownNow();
  }

  @Test
  void tenRestoresShareOneSnapshotAtTheSameTime() throws Exception {
    List<Future<String>> copies = new ArrayList<>();
    CountDownLatch allInside = new CountDownLatch(10);
    for (int i = 0; i < 10; i++) {
      copies.add(
          run("pvc-" + i, OperationKind.CREATE, sharing("bsSnap-1", () -> untilAll(allInside))));
    }
    for (Future<String> copy : copies) {
      assertThat(copy.get()).isEqualTo("done");
    }
  }

  @Test
  void whoeverChangesTheSourceWaitsUntilItIsNoLongerCopied() throws Exception {
    Future<String> copy = run("pvc-1", OperationKind.CREATE, sharing("bsm-1", this::untilGate));
    awaitTold("shares bsm-1");
    Future<String> attach = run("bsm-1", OperationKind.ATTACH, _ -> tell("attached"));
    awaitHeld("bsm-1");
    assertThat(told).doesNotContain("attached");
    gate.countDown();
    assertThat(attach.get()).isEqualTo("attached");
    assertThat(copy.get()).isEqualTo("done");
  }

  @Test
  void whoeverComesToCopyASourceThatIsBeingChangedWaitsAndIsNotRefused() throws Exception {
    Future<String> attach = run("bsm-1", OperationKind.ATTACH, gated());
    awaitTold("gated");
    Future<String> copy = run("pvc-1", OperationKind.CREATE, sharing("bsm-1", () -> {}));
    awaitHeld("pvc-1");
    assertThat(told).doesNotContain("shares bsm-1");
    gate.countDown();
    assertThat(copy.get()).isEqualTo("done");
    assertThat(attach.get()).isEqualTo("done");
  }

  @Test
  void aChangeOfTheSourceGoesBeforeTheCopiesThatComeAfterIt() throws Exception {
    var _ = run("pvc-1", OperationKind.CREATE, sharing("bsm-1", this::untilGate));
    awaitTold("shares bsm-1");
    Future<String> detach = run("bsm-1", OperationKind.DETACH, _ -> tell("detached"));
    awaitHeld("bsm-1");
    Future<String> later =
        run("pvc-2", OperationKind.CREATE, sharing("bsm-1", () -> tell("copied")));
    awaitHeld("pvc-2");
    gate.countDown();
    later.get();
    detach.get();
    assertThat(told).containsSubsequence("detached", "copied");
  }

  @Test
  void aChangeThatWaitsForCopiesIsDroppedWhenItsOppositeArrives() throws Exception {
    var _ = run("pvc-1", OperationKind.CREATE, sharing("bsm-1", this::untilGate));
    awaitTold("shares bsm-1");
    Future<String> attach = run("bsm-1", OperationKind.ATTACH, _ -> tell("attached"));
    awaitHeld("bsm-1");
    Future<String> detach = run("bsm-1", OperationKind.DETACH, _ -> tell("detached"));
    assertThatThrownBy(attach::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("create of pvc-1");
    gate.countDown();
    assertThat(detach.get()).isEqualTo("detached");
    assertThat(told).doesNotContain("attached");
  }

  @Test
  void aKeyThatIsSharedToTheEndIsFreeThen() throws Exception {
    Future<String> copy =
        run(
            "pvc-1",
            OperationKind.CREATE,
            progress -> {
              var _ = progress.share("bsm-1");
              return "done";
            });
    assertThat(copy.get()).isEqualTo("done");
    assertThat(run("bsm-1", OperationKind.ATTACH, _ -> tell("attached")).get())
        .isEqualTo("attached");
  }

  @Test
  void turnsAreTakenOneAfterTheOther() throws Exception {
    Future<String> first = run("pvc-1", OperationKind.CREATE, taking("copies", this::untilGate));
    awaitTold("takes copies");
    Future<String> second =
        run("pvc-2", OperationKind.CREATE, taking("copies", () -> tell("second")));
    awaitHeld("pvc-2");
    assertThat(told).doesNotContain("second");
    gate.countDown();
    assertThat(first.get()).isEqualTo("done");
    assertThat(second.get()).isEqualTo("done");
  }

  @Test
  void nobodyTakesASecondKeyThatOthersShare() {
    var _ = run("pvc-1", OperationKind.CREATE, sharing("bsm-1", this::untilGate));
    awaitTold("shares bsm-1");
    assertThatThrownBy(() ->
            operations.run(
                "pvc-2",
                OperationKind.CREATE,
                "spec",
                progress -> {
                  progress.alsoHold("bsm-1");
                  return "never";
                }))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("create of pvc-1");
  }

  private Body<String> sharing(String key, Runnable work) {
    return progress -> {
      try (Progress.Hold _ = progress.share(key)) {
        tell("shares " + key);
        work.run();
      }
      return "done";
    };
  }

  private Body<String> taking(String key, Runnable work) {
    return progress -> {
      try (Progress.Hold _ = progress.takeTurn(key)) {
        tell("takes " + key);
        work.run();
      }
      return "done";
    };
  }

  private Body<String> gated() {
    return progress -> {
      progress.sending();
      tell("gated");
      untilGate();
      return "done";
    };
  }

  private Future<String> run(String key, OperationKind kind, Body<String> body) {
    return callers.submit(() -> operations.run(key, kind, "", body));
  }

  private String tell(String what) {
    told.add(what);
    return what;
  }

  private void untilGate() {
    await(gate);
  }

  private static void untilAll(CountDownLatch inside) {
    inside.countDown();
    await(inside);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void awaitTold(String what) {
    Awaitility.await().until(() -> told.contains(what));
  }

  private void awaitHeld(String key) {
    Awaitility.await().until(() -> operations.keys().holder(key) != null);
  }
}
