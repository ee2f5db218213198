package cn.ucloud.csi.udisk.common.grpc;

import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the body of one unary call and gives exactly one answer, whatever happens. */
public final class Unary {
  private static final Logger LOG = LoggerFactory.getLogger(Unary.class);

  private Unary() {}

  /**
   * Answers with what the body returns, or with the status of what it throws, Errors included.
   *
   * <p>Never throws: a caller that has gone away is no failure of ours.
   */
  public static <T> void answer(StreamObserver<T> observer, Supplier<T> body) {
    T response;
    try {
      response = Objects.requireNonNull(body.get(), "the call returned no response");
    } catch (Throwable failure) {
      deliver(() -> observer.onError(GrpcStatuses.of(failure).asRuntimeException()));
      return;
    }
    try {
      observer.onNext(response);
      observer.onCompleted();
    } catch (RuntimeException e) {
      if (Status.fromThrowable(e).getCode() == Code.CANCELLED) {
        LOG.debug("the caller went away before its answer: {}", e.toString());
        return;
      }
      deliver(() -> observer.onError(GrpcStatuses.of(e).asRuntimeException()));
    }
  }

  private static void deliver(Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException e) {
      LOG.debug("the answer reached nobody: {}", e.toString());
    }
  }
}
