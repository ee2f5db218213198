package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /readyz} says, by which Kubernetes judges a pod and people see what it lacks. */
class ReadyPageIT {
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir(cleanup = CleanupMode.NEVER)
  private Path directory;

  @AfterEach
  void stop() {
    client.close();
  }

  @Test
  void aControllerWithoutKeysSaysWhichFileIsMissing() throws Exception {
    int port = FreePort.take();
    Path keys = Files.createDirectory(directory.resolve("keys"));
    try (Sandbox _ =
        sandbox("keyless", port).with("--credentials-dir", keys.toString()).startController()) {
      assertThat(readyz(port))
          .isEqualTo(
              "500 credentials cannot be read: %s does not exist\n"
                  .formatted(keys.resolve("public-key")));
      Files.writeString(keys.resolve("public-key"), "public");
      Files.writeString(keys.resolve("private-key"), "private");
      assertThat(readyz(port)).isEqualTo("200 ok\n");
    }
  }

  @Test
  void aControllerWithoutTheMetadataServerSaysThatItsTemporaryKeysAreThere() throws Exception {
    int port = FreePort.take();
    try (Sandbox _ =
        sandbox("deaf", port)
            .withVariable("UCLOUD_API_PUBKEY", "")
            .withVariable("UCLOUD_API_PRIKEY", "")
            .with("--metadata-url", "http://127.0.0.1:1")
            .startController()) {
      assertThat(readyz(port))
          .startsWith("500 the metadata server http://127.0.0.1:1 gives no temporary keys: ")
          .hasLineCount(1);
    }
  }

  @Test
  void aStandbyIsInOrderAndNamesTheOneThatActs() throws Exception {
    int acting = FreePort.take();
    int standby = FreePort.take();
    try (KubeApi api = new KubeApi();
        Sandbox first = sandbox("first", acting).actingIn(api)) {
      first.withVariable("HOSTNAME", "pod-a").startController();
      await().until(() -> readyz(acting).equals("200 ok\n"));
      try (Sandbox second = sandbox("second", standby).actingIn(api)) {
        second.startController();
        await().until(() -> readyz(standby).matches("200 pod-a_.* holds the lease\n"));
      }
    }
  }

  @Test
  void aNodeSaysThatItHasNoMetadataOrAnotherKubelet() throws Exception {
    Loops.assumeTheyCanBeMade();
    int port = FreePort.take();
    Path kubelet = Files.createDirectory(directory.resolve("kubelet"));
    try (Sandbox sandbox = new Sandbox(directory, Duration.ZERO, Duration.ZERO)) {
      Map<String, String> flags =
          Map.of("--http-listen", "127.0.0.1:" + port, "--kubelet-dir", kubelet.toString());
      try (Plugin _ = sandbox.startNode("node", "uhost-a", flags)) {
        assertThat(readyz(port))
            .isEqualTo(
                "500 %s/pods is no directory, so --kubelet-dir is not kubelet's --root-dir\n"
                    .formatted(kubelet));
        Files.createDirectory(kubelet.resolve("pods"));
        assertThat(readyz(port)).isEqualTo("200 ok\n");
      }
      int other = FreePort.take();
      Map<String, String> deaf =
          Map.of(
              "--http-listen",
              "127.0.0.1:" + other,
              "--kubelet-dir",
              kubelet.toString(),
              "--metadata-url",
              "http://127.0.0.1:1");
      try (Plugin _ = sandbox.startNode("deaf", "uhost-b", deaf)) {
        assertThat(readyz(other))
            .startsWith("500 the metadata server did not answer, http://127.0.0.1:1/")
            .hasLineCount(1);
      }
    }
  }

  private Sandbox sandbox(String name, int port) {
    return new Sandbox(directory.resolve(name), Duration.ZERO, Duration.ZERO)
        .with("--http-listen", "127.0.0.1:" + port);
  }

  /** The code, and the sentence. */
  private String readyz(int port) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d/readyz".formatted(port));
    HttpResponse<String> page =
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return page.statusCode() + " " + page.body();
  }
}
