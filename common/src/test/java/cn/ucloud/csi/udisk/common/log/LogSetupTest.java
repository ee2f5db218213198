package cn.ucloud.csi.udisk.common.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

class LogSetupTest {
  private static final Logger LOG = LoggerFactory.getLogger(LogSetupTest.class);

  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  @AfterEach
  void backToTheLogOfTheTests() {
    LogSetup.install(LogFormat.TEXT, Level.ERROR, System.err);
  }

  @Test
  void textHasTheCallIdAndTheStackTraceAfterItsLine() {
    LogSetup.install(LogFormat.TEXT, Level.INFO, stream);
    try (var _ = MDC.putCloseable("call", "0badcafe")) {
      LOG.info("attached {}", "bsm-1", new IllegalStateException("odd"));
    }
    LOG.debug("not this");
    List<String> lines = written().lines().toList();
    assertThat(lines.get(0)).endsWith("Z INFO  [0badcafe] LogSetupTest - attached bsm-1");
    assertThat(lines.get(1)).isEqualTo("java.lang.IllegalStateException: odd");
    assertThat(written()).doesNotContain("not this");
  }

  @Test
  void jsonIsOneObjectPerLine() throws Exception {
    LogSetup.install(LogFormat.JSON, Level.DEBUG, stream);
    try (var _ = MDC.putCloseable("call", "0badcafe")) {
      LOG.debug("say \"{}\"\n", "bsm-1", new IllegalStateException("odd"));
    }
    assertThat(written().lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(written());
    assertThat(line.path("formattedMessage").asText()).isEqualTo("say \"bsm-1\"\n");
    assertThat(line.path("mdc").path("call").asText()).isEqualTo("0badcafe");
    assertThat(line.path("level").asText()).isEqualTo("DEBUG");
    assertThat(line.path("throwable").path("message").asText()).isEqualTo("odd");
    assertThat(line.has("arguments")).isFalse();
  }

  @Test
  void javaUtilLoggingArrivesAndGrpcOnlyWhenItWarns() {
    LogSetup.install(LogFormat.TEXT, Level.INFO, stream);
    java.util.logging.Logger.getLogger("sun.net.x").info("from the JDK");
    java.util.logging.Logger.getLogger("io.grpc.internal.x").info("chatter");
    java.util.logging.Logger.getLogger("io.grpc.internal.x").warning("trouble");
    assertThat(written()).contains("from the JDK", "trouble").doesNotContain("chatter");
  }

  private String written() {
    return stream.toString(UTF_8);
  }
}
