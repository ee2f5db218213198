package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.simulator.fault.Call;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two controller processes of one cluster: only the one with the lease changes anything. */
class OneActingProcessIT {
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(4);

  @TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER)
  private Path directory;

  private final LeaseApi api = LeaseApi.withFreeLease();
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean done = new AtomicBoolean();
  private LeaseApi.Door firstDoor;
  private LeaseApi.Door secondDoor;
  private Sandbox first;
  private Sandbox second;

  @BeforeEach
  void prepare() {
    firstDoor = api.door(directory.resolve("first"));
    secondDoor = api.door(directory.resolve("second"));
    first = sandbox("first", firstDoor);
    second =
        sandbox("second", secondDoor)
            .with("--ucloud-api-endpoint", first.simulator().endpoint().toString());
  }

  private Sandbox sandbox(String name, LeaseApi.Door door) {
    return new Sandbox(directory.resolve(name), Duration.ofMillis(100), Duration.ZERO)
        .with("--leader-election", "true")
        .with("--kubeconfig", door.kubeconfig().toString());
  }

  private Sandbox withShortTerms(Sandbox sandbox) {
    return sandbox
        .with("--lease-duration", "6s")
        .with("--lease-renew-deadline", RENEW_DEADLINE.toMillis() + "ms")
        .with("--lease-retry-period", "500ms");
  }

  @AfterEach
  void stop() {
    done.set(true);
    background.shutdownNow();
    first.close();
    second.close();
    api.close();
  }

  @Test
  void theOneThatLosesTheApiServerIsGoneBeforeTheOtherOneChangesAnything() {
    withShortTerms(first).startController();
    awaitReady(first);
    withShortTerms(second).startController();
    assertThat(isReady(second)).isFalse();
    assertThatThrownBy(() -> second.calls().create("pvc-second-refused"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("UNAVAILABLE")
        .hasMessageContaining("lease");

    background.execute(() -> createWithoutPause(first, "pvc-first-"));
    background.execute(() -> createWithoutPause(second, "pvc-second-"));
    await().until(() -> ordersOf("pvc-first-").size() >= 10);
    firstDoor.fallSilent();
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
    assertThat(isReady(second)).isFalse();
    first.killController();
    long killed = System.nanoTime();
    awaitReady(second);
    Duration handOver = Duration.ofNanos(System.nanoTime() - killed);
    System.out.println("hand-over after kill -9: " + handOver.toMillis() + " ms"); // 12 s and a bit
  }

  /** Its lease would keep the other one from acting for longer than the test waits. */
  @Test
  void aTerminatedProcessHandsOverAtOnce() {
    String longer = 2 * Patience.SECONDS + "s";
    first.with("--lease-duration", longer).startController();
    awaitReady(first);
    second.with("--lease-duration", longer).startController();
    assertThat(isReady(second)).isFalse();
    assertThat(first.controller().terminate()).isEqualTo(143);
    awaitReady(second);
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
    return sandbox
        .socket()
        .call(
            IdentityGrpc::newBlockingStub,
            Duration.ofSeconds(5),
            stub -> stub.probe(ProbeRequest.getDefaultInstance()))
        .getReady()
        .getValue();
  }
}
