package cn.ucloud.csi.udisk.it.suite;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What one call of the driver was answered. */
record Answer<R>(Status status, Optional<R> response) {

  static <Q, R> Answer<R> of(BiConsumer<Q, StreamObserver<R>> rpc, Q request) {
    Recorder<R> recorder = new Recorder<>();
    rpc.accept(request, recorder);
    return new Answer<>(recorder.status, recorder.response);
  }

  /** Of a process that has died. */
  static <R> Answer<R> lost() {
    return new Answer<>(
        Status.UNAVAILABLE.withDescription("the process has died"), Optional.empty());
  }

  boolean isOk() {
    return status.isOk();
  }

  /** Whether the code promises that nothing was done and nothing is on its way. */
  boolean isFinalRefusal() {
    return switch (status.getCode()) {
      case OK, ABORTED, DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED -> false;
      default -> true;
    };
  }

  private static final class Recorder<R> implements StreamObserver<R> {
    private Status status = Status.UNKNOWN;
    private Optional<R> response = Optional.empty();

    @Override
    public void onNext(R value) {
      response = Optional.of(value);
    }

    @Override
    public void onError(Throwable failure) {
      status = Status.fromThrowable(failure);
    }

    @Override
    public void onCompleted() {
      status = Status.OK;
    }
  }
}
