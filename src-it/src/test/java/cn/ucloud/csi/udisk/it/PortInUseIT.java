package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import csi.v1.NodeGetInfoRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Another process of the host has the port of the metrics: storage is served all the same. */
class PortInUseIT {
  private static final Path SCRIPT = Path.of("../deploy/image/udisk-csi");

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  private final InetAddress loopback = InetAddress.getLoopbackAddress();

  @Test
  void aNodeServesCallsSaysItOnceAndTakesThePortWhenItIsFree() throws IOException {
    Loops.assumeTheyCanBeMade();
    Path kubelet = directory.resolve("kubelet");
    Path registry = Files.createDirectories(kubelet.resolve("plugins_registry"));
    Files.createDirectories(kubelet.resolve("pods"));
    Path health = directory.resolve("health");
    ServerSocket stranger = new ServerSocket(0, 1, loopback);
    int port = stranger.getLocalPort();
    Map<String, String> flags =
        Map.of(
            "--http-listen", "127.0.0.1:" + port,
            "--health-dir", health.toString(),
            "--kubelet-dir", kubelet.toString());
    try (Sandbox sandbox = new Sandbox(directory, Duration.ZERO, Duration.ZERO)) {
      Plugin node;
      try (stranger) {
        node = sandbox.startNode("node", "uhost-a", flags);
        assertThat(
                new NodeCalls(node.socket())
                    .call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))
                    .getNodeId())
            .isEqualTo("uhost-a");
        await().until(() -> Files.exists(health.resolve("ready")));
        assertThat(probe("alive", health)).startsWith("ok");
        assertThatThrownBy(() -> probe("ready", health))
            .hasMessageContaining("not ok: cannot serve HTTP on /127.0.0.1:")
            .hasMessageContaining("in use");
      }
      await()
          .ignoreExceptions()
          .until(() -> MetricsPage.read(port).text().contains("udisk_build_info"));
      await().until(() -> Files.readString(health.resolve("ready")).contains("-reg.sock"));
      Files.createFile(registry.resolve("udisk.csi.ucloud.cn-reg.sock"));
      await().until(() -> Files.readString(health.resolve("ready")).startsWith("ok"));
      assertThat(node.process().log().lines().filter(line -> line.contains("cannot serve HTTP")))
          .hasSize(1);
    }
  }

  @Test
  void aControllerServesCallsToo() throws IOException {
    Path health = directory.resolve("health");
    try (ServerSocket stranger = new ServerSocket(0, 1, loopback);
        Sandbox sandbox =
            new Sandbox(directory, Duration.ZERO, Duration.ZERO)
                .with("--http-listen", "127.0.0.1:" + stranger.getLocalPort())
                .with("--health-dir", health.toString())
                .startController()) {
      assertThat(untilCertain(() -> sandbox.calls().create("pvc-1")).getVolumeId()).isNotEmpty();
      await().until(() -> Files.exists(health.resolve("alive")));
      assertThat(probe("alive", health)).startsWith("ok");
    }
  }

  @Test
  void aFileThatNobodyWritesAnyMoreIsNoSignOfLife() throws IOException {
    Path file = Files.writeString(directory.resolve("alive"), "ok ok\n");
    assertThat(probe("alive", directory)).isEqualTo("ok ok\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(61)));
    assertThatThrownBy(() -> probe("alive", directory)).hasMessageContaining("older than a minute");
    Files.delete(file);
    assertThatThrownBy(() -> probe("alive", directory)).hasMessageContaining("never written");
    Files.writeString(file, "not ok: the socket is gone\n");
    assertThatThrownBy(() -> probe("alive", directory)).hasMessageContaining("the socket is gone");
  }

  /** As kubelet does it; throws what it said if it failed. */
  private static String probe(String what, Path health) {
    return Shell.run("sh", SCRIPT.toString(), what, health.toString());
  }
}
