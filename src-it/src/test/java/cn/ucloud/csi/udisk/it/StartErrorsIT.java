package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.ErrorTables.StartRow;
import cn.ucloud.csi.udisk.orchestrator.object.Kubeconfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that cannot start ends at once, with a code and a sentence ({@code docs/errors.md}).
 */
class StartErrorsIT {
  @TempDir private static Path directory;
  private static Sandbox sandbox;

  @BeforeAll
  static void start() {
    sandbox = new Sandbox(directory, Duration.ZERO, Duration.ZERO).startController();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  static List<StartRow> rows() {
    return ErrorTables.starts();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void endsWithTheCodeAndOneClearSentence(StartRow row) throws IOException {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("--csi-endpoint", "unix://" + directory.resolve("refused.sock"));
    flags.put("--http-listen", "off");
    flags.put("--ucloud-region-id", Sandbox.REGION);
    flags.put("--ucloud-uk8s-cluster-id", Sandbox.CLUSTER);
    flags.put("--leader-election", "false");
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("UCLOUD_API_PUBKEY", "public");
    keys.put("UCLOUD_API_PRIKEY", "private");
    switch (row.situation()) {
      case "unknown flag" -> flags.put("--colour", "red");
      case "missing flag" -> flags.remove("--ucloud-region-id");
      case "value in quotation marks" -> flags.put("--ucloud-region-id", "\"cn-bj2\"");
      case "no cluster to hold a lease in" -> flags.remove("--leader-election");
      case "second process of a pod" -> {
        flags.put("--leader-election", "true");
        flags.put("--kubeconfig", noCluster().toString());
      }
      case "endpoint that is no unix socket" -> flags.put("--csi-endpoint", "tcp://0.0.0.0:1");
      case "socket of a living process" ->
          flags.put("--csi-endpoint", "unix://" + sandbox.controllerSocket().path());
      case "socket in a directory that does not exist" ->
          flags.put("--csi-endpoint", "unix:///nowhere/csi.sock");
      default -> throw new AssertionError("no test for " + row);
    }
    Path log = directory.resolve(row.situation() + ".log");
    try (FileChannel first =
            FileChannel.open(
                directory.resolve("refused.sock.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = first.lock();
        DriverProcess process = DriverProcess.start("controller", log, keys, flags)) {
      assertThat(process.awaitExit()).as(process.log()).isEqualTo(row.exitCode());
      assertThat(process.log().lines().filter(line -> line.contains(row.names()))).hasSize(1);
      assertThat(process.log()).doesNotContain("\tat ");
    }
  }

  private static Path noCluster() throws IOException {
    return Kubeconfig.write(directory, 1);
  }
}
