package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.testing.Patience;
import cn.ucloud.csi.udisk.testing.kube.Wire;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two controller processes of one cluster: only the one with the lease changes anything. */
class OneActingProcessIT {
  private static final Duration LONGEST_PROBE = Duration.ofSeconds(30);

  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  private Path directory;

  private final KubeApi api = new KubeApi();
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean done = new AtomicBoolean();
  private final Wire wire = api.wire();
  private Sandbox first;
  private Sandbox second;

  @BeforeEach
  void prepare() {
    first = sandbox("first", wire.port());
    second =
        sandbox("second", api.port())
            .with("--ucloud-api-endpoint", first.simulator().endpoint().toString());
  }

  private Sandbox sandbox(String name, int apiPort) {
    return new Sandbox(directory.resolve(name), Duration.ofMillis(100), Duration.ZERO)
        .with("--leader-election", "true")
        .with("--kubeconfig", KubeApi.kubeconfig(directory.resolve(name), apiPort).toString());
  }

  /** Its holder keeps it also on a machine that gives it no time for a while. */
  private static Sandbox withLongerTerms(Sandbox sandbox) {
    return sandbox
        .with("--lease-duration", "18s")
        .with("--lease-renew-deadline", "12s")
        .with("--lease-retry-period", "500ms");
  }

  /** It would keep the other one from acting for longer than a test waits. */
  private static Sandbox withEndlessTerms(Sandbox sandbox) {
    return sandbox
        .with("--lease-duration", 2 * Patience.SECONDS + "s")
        .with("--lease-renew-deadline", Patience.SECONDS + "s")
        .with("--lease-retry-period", "500ms");
  }

  @AfterEach
  void stop() throws IOException {
    done.set(true);
    background.shutdownNow();
    first.close();
    second.close();
    wire.close();
    api.close();
  }

  @Test
  void theOneThatLosesTheApiServerIsGoneBeforeTheOtherOneChangesAnything() {
    withLongerTerms(first).startController();
    awaitReady(first);
    withLongerTerms(second).startController();
    assertThat(isReady(second)).isFalse();
    assertThatThrownBy(() -> second.calls().create("pvc-second-refused"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE")
        .hasMessageContaining("lease");

    background.execute(() -> createWithoutPause(first, "pvc-first-"));
    background.execute(() -> createWithoutPause(second, "pvc-second-"));
    await().until(() -> ordersOf("pvc-first-").size() >= 10);
    wire.goDead();
    await().until(() -> !ordersOf("pvc-second-").isEmpty());
    done.set(true);

    assertThat(first.controller().awaitExit()).isEqualTo(1);
    List<Call> firsts = ordersOf("pvc-first-");
    assertThat(firsts.getLast().time()).isBefore(ordersOf("pvc-second-").getFirst().time());
    assertThat(isReady(second)).isTrue();
  }

  @Test
  void aKilledProcessIsReplacedWithTheDefaultTerms() {
    first.startController();
    awaitReady(first);
    second.startController();
    first.killController();
    long killed = System.nanoTime();
    awaitReady(second);
    Duration handOver = Duration.ofNanos(System.nanoTime() - killed);
    System.out.println("hand-over after kill -9: " + handOver.toMillis() + " ms"); // 12 s and a bit
  }

  @Test
  void aKilledProcessIsReplacedInItsPodAtOnceAndItsSuccessorWaitsForNothingThatWasNotSent() {
    withEndlessTerms(first).with("--create-settle", "1s").startController();
    awaitReady(first);
    withEndlessTerms(second).startController();
    Path notes = directory.resolve("first/controller.sock.process");
    await()
        .ignoreExceptions()
        .until(() -> Files.readAllLines(notes).contains("all requests are noted"));
    first.killController();
    long killed = System.nanoTime();
    // Either would keep it from answering for longer than a test waits.
    first.with("--create-settle", 2 * Patience.SECONDS + "s").startController();
    awaitReady(first);
    Duration handOver = Duration.ofNanos(System.nanoTime() - killed);
    System.out.println("back in its pod after kill -9: " + handOver.toMillis() + " ms");
    assertThat(first.calls().create("pvc-not-sent-before").getVolumeId()).isNotEmpty();
    assertThat(isReady(second)).isFalse();
  }

  @Test
  void aTerminatedProcessHandsOverAtOnce() {
    withEndlessTerms(first).startController();
    awaitReady(first);
    withEndlessTerms(second).startController();
    assertThat(isReady(second)).isFalse();
    assertThat(first.controller().terminate()).isEqualTo(143);
    awaitReady(second);
  }

  @Test
  void aSidecarBesideAStandbyBeginsInTheMomentInWhichItsDriverActs() throws Exception {
    withEndlessTerms(first).startController();
    awaitReady(first);
    withEndlessTerms(second).startController();
    assertThat(isReady(second)).isFalse();
    long begun = System.nanoTime();
    Future<Integer> probes = background.submit(() -> probeUntilReady(second));
    assertThat(first.controller().terminate()).isEqualTo(143);

    int asked = probes.get(Patience.SECONDS, TimeUnit.SECONDS);
    assertThat(second.calls().create("pvc-at-once").getVolumeId()).isNotEmpty();
    long halfMinutes = Duration.ofNanos(System.nanoTime() - begun).dividedBy(LONGEST_PROBE);
    assertThat(asked).as("probes, each of which a sidecar logs").isLessThan((int) halfMinutes + 2);
  }

  /** As attacher, provisioner, resizer and snapshotter begin: {@code rpc.ProbeForever}. */
  private static int probeUntilReady(Sandbox sandbox) {
    int asked = 1;
    while (!probe(sandbox, Duration.ofMinutes(3))) {
      asked++;
    }
    return asked;
  }

  private void createWithoutPause(Sandbox sandbox, String prefix) {
    ControllerCalls calls = sandbox.calls().within(Duration.ofSeconds(5));
    for (int count = 0; !done.get(); count++) {
      try {
        calls.create(prefix + count);
      } catch (StatusRuntimeException e) {
        // Refused, or nobody there: what was sent is what the test looks at.
      }
    }
  }

  private List<Call> ordersOf(String prefix) {
    return first.simulator().calls().of("CreateUDisk").stream()
        .filter(call -> call.parameters().getOrDefault("Name", "").startsWith(prefix))
        .toList();
  }

  private static void awaitReady(Sandbox sandbox) {
    await().pollInterval(Duration.ofMillis(50)).until(() -> isReady(sandbox));
  }

  private static boolean isReady(Sandbox sandbox) {
    return probe(sandbox, Duration.ofSeconds(5));
  }

  /** No answer in time is "not ready", as it is for sidecars. */
  private static boolean probe(Sandbox sandbox, Duration timeout) {
    try {
      return sandbox
          .socket()
          .call(
              IdentityGrpc::newBlockingStub,
              timeout,
              stub -> stub.probe(ProbeRequest.getDefaultInstance()))
          .getReady()
          .getValue();
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
      return false;
    }
  }
}
