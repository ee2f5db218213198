package cn.ucloud.csi.udisk.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.simulator.Simulator;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTest {
  private final Map<String, String> environment = new HashMap<>();
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

  /** What long readings say meanwhile. */
  @Test
  void howFarTheDisksAreReadIsSaidOnceAndInTheUsersLanguage(@TempDir Path directory)
      throws IOException {
    try (Simulator region =
        Simulator.start(SimulatorConfig.defaults(directory.resolve("region")))) {
      environment.putAll(
          Map.of(
              "KUBECONFIG", nobodyAnswers(directory).toString(),
              "UCLOUD_API_ENDPOINT", region.endpoint().toString(),
              "UCLOUD_REGION_ID", "cn-bj2",
              "UCLOUD_PROJECT_ID", "org-simulator",
              "UCLOUD_UK8S_CLUSTER_ID", "uk8s-shop",
              "UCLOUD_API_PUBKEY", "simulator-public-key",
              "UCLOUD_API_PRIKEY", "simulator-private-key"));
      run("--lang=zh", "--next", "map", "-A", "--node");
      assertThat(err.toString(UTF_8)).isEqualTo("地域内的磁盘：0 / 0\n");
      run("--lang=zh", "map", "-A", "--node");
      assertThat(err.toString(UTF_8)).isEqualTo("地域内的磁盘：0 / 0\n");
      run("--lang=en", "map", "-A");
      assertThat(err.toString(UTF_8)).endsWith("\ndisks of the region: 0 of 0\n");
    }
  }

  private static Path nobodyAnswers(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
        users: [{name: u, user: {}}]
        """);
  }

  private int run(String... args) {
    return new Admin(
            environment,
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8))
        .run(args);
  }
}
