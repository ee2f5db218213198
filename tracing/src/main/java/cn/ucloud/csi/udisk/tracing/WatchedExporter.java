package cn.ucloud.csi.udisk.tracing;

import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says now and then that spans are lost, and once that they arrive again. */
final class WatchedExporter implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger("traces");
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(10);

  private final SpanExporter exporter;
  private final String collector;
  private final LongSupplier nanoTime;
  private long lost;
  private boolean isDown;
  private long saidAt;

  WatchedExporter(SpanExporter exporter, String collector, LongSupplier nanoTime) {
    this.exporter = exporter;
    this.collector = collector;
    this.nanoTime = nanoTime;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    result.whenComplete(() -> {
      if (result.isSuccess()) {
        arrived();
      } else {
        lost(spans.size(), result.getFailureThrowable());
      }
    });
    return result;
  }

  private synchronized void arrived() {
    if (isDown) {
      LOG.info("traces reach {} again", collector);
      isDown = false;
    }
  }

  private synchronized void lost(int spans, @Nullable Throwable why) {
    lost += spans;
    long now = nanoTime.getAsLong();
    if (!isDown || now - saidAt >= BETWEEN_LINES.toNanos()) {
      LOG.warn(
          "traces do not reach {}, {} spans are lost so far: {}; nothing else waits for it",
          collector,
          lost,
          why == null ? "no reason is known" : reason(why));
      isDown = true;
      saidAt = now;
    }
  }

  /** The innermost one says it, except where nobody listens or the collector refuses. */
  private static String reason(Throwable failure) {
    HttpResponse refusal =
        failure instanceof HttpExportException refused ? refused.getResponse() : null;
    if (refusal != null) {
      return "it answers with HTTP status " + refusal.getStatusCode();
    }
    Throwable first = failure;
    while (first.getCause() != null && !(first instanceof ConnectException)) {
      first = first.getCause();
    }
    return first instanceof ConnectException ? "the connection is refused" : first.toString();
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
