package cn.ucloud.csi.udisk.orchestrator.object;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that says where an API server of this machine is. */
public final class Kubeconfig {
  private Kubeconfig() {}

  /**
   * Writes it.
   *
   * @throws IOException if that cannot be done
   */
  public static Path write(Path directory, int port) throws IOException {
    return Files.writeString(
        directory.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: local
        clusters: [{name: local, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: local, user: {token: local}}]
        contexts: [{name: local, context: {cluster: local, user: local}}]
        """
            .formatted(port));
  }
}
