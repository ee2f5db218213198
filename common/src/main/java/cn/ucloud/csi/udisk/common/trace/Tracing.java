package cn.ucloud.csi.udisk.common.trace;

import java.util.Optional;
import java.util.function.Function;

/** Where the spans of a process go. Never keeps a call waiting. */
public interface Tracing extends AutoCloseable {
  /** Nowhere. */
  Tracing OFF =
      new Tracing() {
        @Override
        public Span beginCall(String method, Function<String, Optional<String>> header) {
          return Span.NONE;
        }

        @Override
        public void close() {}
      };

  /**
   * Begins the span of a call, below that of its caller.
   *
   * @param method as in {@code csi.v1.Controller/CreateVolume}
   * @param header finds one of the call's headers, in which a caller says what its span is
   */
  Span beginCall(String method, Function<String, Optional<String>> header);

  /** Sends what is still to be sent, for two seconds at most. */
  @Override
  void close();
}
