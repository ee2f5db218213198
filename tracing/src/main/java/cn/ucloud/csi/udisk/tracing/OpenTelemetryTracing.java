package cn.ucloud.csi.udisk.tracing;

import cn.ucloud.csi.udisk.common.trace.Span;
import cn.ucloud.csi.udisk.common.trace.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Spans that a queue takes to the collector; what does not fit into it is dropped. */
final class OpenTelemetryTracing implements Tracing {
  private static final long LAST_SECONDS = 2;

  private static final TextMapGetter<Function<String, Optional<String>>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public @Nullable String get(
            @Nullable Function<String, Optional<String>> headers, String name) {
          return headers == null ? null : headers.apply(name).orElse(null);
        }
      };

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  OpenTelemetryTracing(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer("udisk-csi");
  }

  @Override
  public Span beginCall(String method, Function<String, Optional<String>> header) {
    Context caller =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), header, HEADERS);
    int slash = method.lastIndexOf('/');
    return new OpenTelemetrySpan(
        tracer,
        tracer
            .spanBuilder(method)
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("rpc.system", "grpc")
            .setAttribute("rpc.service", method.substring(0, slash))
            .setAttribute("rpc.method", method.substring(slash + 1))
            .startSpan());
  }

  @Override
  public void close() {
    sdk.shutdown().join(LAST_SECONDS, TimeUnit.SECONDS);
  }
}
