package cn.ucloud.csi.udisk.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A collector that is away is told now and then, not for every batch. */
class WatchedExporterTest {
  private final Logger log = (Logger) LoggerFactory.getLogger("traces");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private CompletableResultCode answer = CompletableResultCode.ofSuccess();
  private long now;

  private final WatchedExporter exporter =
      new WatchedExporter(
          new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
              return answer;
            }

            @Override
            public CompletableResultCode flush() {
              return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode shutdown() {
              return CompletableResultCode.ofSuccess();
            }
          },
          "http://10.9.0.8:4318",
          () -> now);

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void onceWhenItGoesOnceInTenMinutesAndOnceWhenItIsBack() {
    answer =
        CompletableResultCode.ofExceptionalFailure(
            new IOException(new ConnectException("refused")));
    for (int minute = 0; minute < 15; minute++) {
      assertThat(exporter.export(List.of()).isSuccess()).isFalse();
      now += Duration.ofMinutes(1).toNanos();
    }
    assertThat(said()).hasSize(2);
    assertThat(said().getFirst())
        .startsWith("traces do not reach http://10.9.0.8:4318")
        .contains("the connection is refused");
    answer = CompletableResultCode.ofSuccess();
    var _ = exporter.export(List.of());
    var _ = exporter.export(List.of());
    assertThat(said()).hasSize(3);
    assertThat(said().getLast()).isEqualTo("traces reach http://10.9.0.8:4318 again");
  }

  @Test
  void aCollectorThatRefusesIsToldWithItsStatus() {
    answer =
        CompletableResultCode.ofExceptionalFailure(
            FailedExportException.httpFailedWithResponse(
                new HttpResponse() {
                  @Override
                  public int getStatusCode() {
                    return 401;
                  }

                  @Override
                  public String getStatusMessage() {
                    return "";
                  }

                  @Override
                  public byte[] getResponseBody() {
                    return new byte[0];
                  }
                }));
    var _ = exporter.export(List.of());
    assertThat(said()).singleElement().asString().contains(": it answers with HTTP status 401;");
  }
}
