package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.metrics.Metrics;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** What is known of one call, told once when it ends. */
final class CallRecord {
  private static final Logger LOG = LoggerFactory.getLogger("csi");

  private final String method;
  private final Metrics metrics;
  private final String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final long begun = System.nanoTime();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile String subject = "";

  CallRecord(MethodDescriptor<?, ?> descriptor, Metrics metrics) {
    this.method = String.valueOf(descriptor.getBareMethodName());
    this.metrics = metrics;
  }

  String id() {
    return id;
  }

  void received(Message request) {
    subject = CallSubject.of(request);
    if (LOG.isDebugEnabled()) {
      try (var _ = MDC.putCloseable(CallLogInterceptor.CALL_ID, id)) {
        LOG.debug("{} {}", method, SecretStripper.print(request));
      }
    }
  }

  /** Only the first end counts: a cancelled call is also answered. */
  void ended(Status status, boolean callerGone) {
    if (!told.compareAndSet(false, true)) {
      return;
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    metrics.csiCall(method, status.getCode().name(), took);
    try (var _ = MDC.putCloseable(CallLogInterceptor.CALL_ID, id)) {
      LOG.atLevel(level(status))
          .log(
              "{}{} {} {} ms{}{}",
              method,
              subject,
              status.getCode(),
              took.toMillis(),
              callerGone ? ", caller gone" : "",
              status.getDescription() == null ? "" : ": " + status.getDescription());
    }
  }

  private Level level(Status status) {
    if (!status.isOk()) {
      return Level.WARN;
    }
    return asksOnly(method) ? Level.DEBUG : Level.INFO;
  }

  /** Such calls come all day, and nobody looks for them. */
  static boolean asksOnly(String method) {
    return method.equals("Probe")
        || (method.endsWith("Capabilities") && !method.startsWith("Validate"));
  }
}
