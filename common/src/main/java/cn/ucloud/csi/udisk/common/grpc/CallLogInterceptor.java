package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.metrics.Metrics;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.slf4j.MDC;

/**
 * Writes one log line and one measurement per call, and gives each call an id.
 *
 * <p>The id is in the MDC while the call's own thread works. A thread that a call starts must take
 * it along by itself.
 */
public final class CallLogInterceptor implements ServerInterceptor {
  /** The MDC key of the call id. */
  public static final String CALL_ID = "call";

  private final Metrics metrics;

  public CallLogInterceptor(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    CallRecord record = new CallRecord(call.getMethodDescriptor(), metrics);
    ServerCall<Q, A> recorded =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            record.ended(status, isCancelled());
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(recorded, headers)) {
      @Override
      public void onMessage(Q request) {
        record.received((Message) request);
        super.onMessage(request);
      }

      // A unary handler runs in here; MDC is per thread, and gRPC may use another for each event.
      @Override
      public void onHalfClose() {
        try (var _ = MDC.putCloseable(CALL_ID, record.id())) {
          super.onHalfClose();
        }
      }

      @Override
      public void onCancel() {
        record.ended(Status.CANCELLED, true);
        super.onCancel();
      }
    };
  }
}
