package cn.ucloud.csi.udisk.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnaryTest {
  /** Writes down what it is told, and can refuse to take a value. */
  private static final class RecordingObserver implements StreamObserver<String> {
    private final List<String> told = new ArrayList<>();
    private final List<RuntimeException> refusals = new ArrayList<>();

    @Override
    public void onNext(String value) {
      refusals.forEach(refusal -> {
        throw refusal;
      });
      told.add(value);
    }

    @Override
    public void onError(Throwable failure) {
      told.add(Status.fromThrowable(failure).getCode().name());
    }

    @Override
    public void onCompleted() {
      told.add("completed");
    }
  }

  private final RecordingObserver observer = new RecordingObserver();

  @Test
  void givesTheResponseOnce() {
    Unary.answer(observer, () -> "response");
    assertThat(observer.told).containsExactly("response", "completed");
  }

  @Test
  void givesTheCodeOfAFailure() {
    Unary.answer(
        observer,
        () -> {
          throw new NotFound("volume", "bsm-1");
        });
    assertThat(observer.told).containsExactly("NOT_FOUND");
  }

  @Test
  void answersErrorsOfTheVirtualMachineToo() {
    Unary.answer(
        observer,
        () -> {
          throw new OutOfMemoryError("none left");
        });
    assertThat(observer.told).containsExactly("ABORTED");
  }

  @Test
  @SuppressWarnings("NullAway") // The bug that is tested.
  void answersWhenTheBodyForgetsItsResponse() {
    Unary.answer(observer, () -> null);
    assertThat(observer.told).containsExactly("ABORTED");
  }

  @Test
  void doesNotThrowAtACallerThatIsGone() {
    observer.refusals.add(Status.CANCELLED.asRuntimeException());
    Unary.answer(observer, () -> "response");
    assertThat(observer.told).isEmpty();
  }

  @Test
  void answersWhenTheResponseCannotBeSent() {
    observer.refusals.add(new IllegalStateException("cannot serialise"));
    Unary.answer(observer, () -> "response");
    assertThat(observer.told).containsExactly("ABORTED");
  }
}
