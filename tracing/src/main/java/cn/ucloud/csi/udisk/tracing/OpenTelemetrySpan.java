package cn.ucloud.csi.udisk.tracing;

import cn.ucloud.csi.udisk.common.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;

/** One span of OpenTelemetry's. */
final class OpenTelemetrySpan implements Span {
  private final Tracer tracer;
  private final io.opentelemetry.api.trace.Span span;

  OpenTelemetrySpan(Tracer tracer, io.opentelemetry.api.trace.Span span) {
    this.tracer = tracer;
    this.span = span;
  }

  private SpanBuilder below(String name) {
    return tracer.spanBuilder(name).setParent(Context.root().with(span));
  }

  @Override
  public Span begin(String part) {
    return new OpenTelemetrySpan(tracer, below(part).startSpan());
  }

  @Override
  public Span beginRequest(String name) {
    return new OpenTelemetrySpan(tracer, below(name).setSpanKind(SpanKind.CLIENT).startSpan());
  }

  @Override
  public void past(String part, Duration took) {
    Instant now = Instant.now();
    below(part).setStartTimestamp(now.minus(took)).startSpan().end(now);
  }

  @Override
  public void set(String name, String value) {
    span.setAttribute(name, value);
  }

  @Override
  public void set(String name, long value) {
    span.setAttribute(name, value);
  }

  @Override
  public void awaits(Span other) {
    if (other instanceof OpenTelemetrySpan awaited) {
      span.addLink(awaited.span.getSpanContext());
    }
  }

  @Override
  public void failed(String why) {
    span.setStatus(StatusCode.ERROR, why);
  }

  @Override
  public void end() {
    span.end();
  }
}
