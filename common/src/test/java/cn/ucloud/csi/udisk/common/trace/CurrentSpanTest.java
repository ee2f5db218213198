package cn.ucloud.csi.udisk.common.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Caller;
import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent.Part;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The work of a call belongs to that call's span, on whatever thread it is done. */
class CurrentSpanTest {
  private final Operations operations = new Operations(Duration.ofMinutes(1), Caller::patient);

  @Test
  void whatAnOperationWaitsForIsBelowItAndThatIsBelowItsCall() {
    RecordedSpan call = new RecordedSpan("call");
    String answer =
        CurrentSpan.within(
            call,
            () ->
                operations.run(
                    "bsm-1",
                    OperationKind.ATTACH,
                    "uhost-a",
                    _ -> {
                      TimeSpent.on(Part.QUEUE, Duration.ofMillis(7));
                      TimeSpent.on(Part.PACE, Duration.ofNanos(999_999));
                      TimeSpent.count(Part.CLOUD, Duration.ofMillis(9));
                      return CurrentSpan.during("wait", () -> look());
                    }));
    assertThat(answer).isEqualTo("attached");
    assertThat(call.lines())
        .startsWith(
            "call/attach",
            "call/attach/queue took 7",
            "call/attach/wait",
            "call/attach/wait/DescribeUDisk",
            "call/attach/wait ended");
  }

  private static String look() {
    Span request = CurrentSpan.get().beginRequest("DescribeUDisk");
    assertThat(request).isInstanceOf(RecordedSpan.class);
    return "attached";
  }

  @Test
  void aFailureIsSaidAndTheSpanEnds() {
    RecordedSpan call = new RecordedSpan("call");
    assertThatThrownBy(() ->
            CurrentSpan.within(
                call,
                () ->
                    operations.run(
                        "bsm-1",
                        OperationKind.DETACH,
                        "uhost-a",
                        _ -> {
                          throw new NotFound("volume", "bsm-1");
                        })))
        .isInstanceOf(NotFound.class);
    assertThat(call.lines()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(call.lines().get(1)).startsWith("call/detach failed: ").contains("bsm-1");
  }

  @Test
  void aRepeatSaysForWhichWorkItWaits() throws InterruptedException {
    RecordedSpan first = new RecordedSpan("first");
    RecordedSpan second = new RecordedSpan("second");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch joined = new CountDownLatch(1);
    Operations.Body<String> body =
        _ -> {
          begun.countDown();
          awaitQuietly(joined);
          return "created";
        };
    Thread one = Thread.startVirtualThread(() -> create(first, body));
    begun.await();
    Thread repeat = Thread.startVirtualThread(() -> create(second, body));
    await().until(() -> !second.lines().isEmpty());
    joined.countDown();
    one.join();
    repeat.join();
    assertThat(second.lines()).containsExactly("second awaits first/create");
  }

  private void create(Span call, Operations.Body<String> body) {
    CurrentSpan.runWithin(
        call,
        () -> {
          var _ = operations.run("pvc-1", OperationKind.CREATE, "10 GB", body);
        });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anotherThreadIsGivenIt() {
    RecordedSpan call = new RecordedSpan("call");
    CompletableFuture<Span> seen = new CompletableFuture<>();
    CurrentSpan.runWithin(
        call,
        () ->
            Thread.ofVirtual().start(CurrentSpan.carried(() -> seen.complete(CurrentSpan.get()))));
    assertThat(seen.join()).isSameAs(call);
    assertThat(CurrentSpan.get()).isSameAs(Span.NONE);
  }

  @Test
  void withoutAnEndpointThereIsNothingToOpen() {
    assertThat(
            TracingSwitch.open("udisk-csi-node", "1", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " ")))
        .isSameAs(Tracing.OFF);
  }

  @Test
  void aClassPathThatCannotSendLeavesTracesOff() {
    assertThat(
            TracingSwitch.open(
                "udisk-csi-node",
                "1",
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://10.9.0.8:4318")))
        .isSameAs(Tracing.OFF);
  }
}
