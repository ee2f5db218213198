package cn.ucloud.csi.udisk.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void theVersionIsThatOfTheDriver() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString(UTF_8)).contains(BuildVersion.read());
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void helpIsForTheCommandThatPeopleType() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("kubectl udisk");
  }

  @Test
  void whatDoesNotExistIsWrongUsageAndLeavesStandardOutputAlone() {
    assertThat(run("--nonsense")).isEqualTo(2);
    assertThat(out.toString(UTF_8)).isEmpty();
    assertThat(err.toString(UTF_8)).contains("--nonsense");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status",
        "map",
        "doctor",
        "protect",
        "rebind",
        "adopt",
        "repair",
        "recover-node",
        "migrate-flexv",
        "leaks",
        "keys",
        "smoke"
      })
  void everyCommandTakesWhatThePluginSaysOfEveryQuestion(String command) {
    assertThat(
            run(
                "--lang=en",
                "--width=80",
                "--context-namespace=shop",
                "--next",
                "--confirmed=pv-1",
                command,
                "--help"))
        .as(err.toString(UTF_8))
        .isZero();
  }

  private int run(String... args) {
    return new Admin(
            Map.of(),
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8))
        .run(args);
  }
}
