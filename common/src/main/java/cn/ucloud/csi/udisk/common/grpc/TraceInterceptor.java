package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import cn.ucloud.csi.udisk.common.trace.Span;
import cn.ucloud.csi.udisk.common.trace.Tracing;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.MDC;

/**
 * Makes one span of each call, below that of its caller; none of those that only ask, as probes do
 * all day.
 *
 * <p>The span is that of the call's own thread while it works, as {@link CallLogInterceptor}'s id
 * is.
 */
final class TraceInterceptor implements ServerInterceptor {
  private final Tracing tracing;

  TraceInterceptor(Tracing tracing) {
    this.tracing = tracing;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    MethodDescriptor<Q, A> method = call.getMethodDescriptor();
    if (CallRecord.asksOnly(String.valueOf(method.getBareMethodName()))) {
      return next.startCall(call, headers);
    }
    Span span =
        tracing.beginCall(
            method.getFullMethodName(), name -> Optional.ofNullable(headers.get(key(name))));
    ServerCall<Q, A> traced =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            end(span, status);
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(traced, headers)) {
      @Override
      public void onMessage(Q request) {
        CallSubject.fields((Message) request).forEach((word, id) -> span.set("csi." + word, id));
        super.onMessage(request);
      }

      @Override
      public void onHalfClose() {
        span.set("csi.call", Objects.requireNonNullElse(MDC.get(CallLogInterceptor.CALL_ID), ""));
        CurrentSpan.runWithin(span, super::onHalfClose);
      }

      @Override
      public void onCancel() {
        end(span, Status.CANCELLED);
        super.onCancel();
      }
    };
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static void end(Span span, Status status) {
    span.set("rpc.grpc.status_code", status.getCode().value());
    if (!status.isOk()) {
      span.failed(Objects.requireNonNullElse(status.getDescription(), status.getCode().toString()));
    }
    span.end();
  }
}
