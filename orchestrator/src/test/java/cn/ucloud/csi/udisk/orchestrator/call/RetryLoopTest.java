package cn.ucloud.csi.udisk.orchestrator.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryLoopTest {
  private final List<Duration> pauses = new ArrayList<>();

  /** Passes only when the loop sleeps. */
  private final Timing timing =
      new Timing() {
        @Override
        public long nanoTime() {
          return pauses.stream().mapToLong(Duration::toNanos).sum();
        }

        @Override
        public void sleep(Duration duration) {
          pauses.add(duration);
        }
      };

  @Test
  void kubeletsPausesDoubleUpToTwoMinutesAndTwoSeconds() {
    failUntilPatienceEnds(CallSettings.kubelet().withPatience(Duration.ofMinutes(10)));

    assertThat(pauses)
        .extracting(Duration::toMillis)
        .startsWith(
            500L, 1000L, 2000L, 4000L, 8000L, 16_000L, 32_000L, 64_000L, 122_000L, 122_000L);
  }

  @Test
  void noCallIsMadeAfterThePatienceIsOver() {
    CallFailed failure =
        failUntilPatienceEnds(CallSettings.attacher().withPatience(Duration.ofSeconds(10)));

    assertThat(pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L);
    assertThat(failure.last().attempt()).isEqualTo(4);
    assertThat(failure.last().nextAttemptIn()).isEmpty();
  }

  @Test
  void messageSaysWhatWasTriedAndWhatCameBack() {
    assertThat(failUntilPatienceEnds(CallSettings.attacher().withPatience(Duration.ofSeconds(1))))
        .hasMessageContaining("ControllerPublishVolume pvc-1, attempt 1")
        .hasMessageContaining("ABORTED (attach is pending)");
  }

  @Test
  void interruptionEndsTheLoopAndStaysVisible() {
    Thread.currentThread().interrupt();
    RetryLoop loop = new RetryLoop(CallSettings.kubelet(), CallListener.NONE);

    assertThatThrownBy(() -> loop.run("NodeStageVolume", "pvc-1", RetryLoopTest::refuse))
        .isInstanceOf(CallFailed.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private CallFailed failUntilPatienceEnds(CallSettings settings) {
    RetryLoop loop = new RetryLoop(settings, CallListener.NONE, timing);
    try {
      loop.run("ControllerPublishVolume", "pvc-1", RetryLoopTest::refuse);
    } catch (CallFailed e) {
      return e;
    }
    throw new AssertionError("the loop ended without a failure");
  }

  private static Void refuse() {
    throw Status.ABORTED.withDescription("attach is pending").asRuntimeException();
  }
}
