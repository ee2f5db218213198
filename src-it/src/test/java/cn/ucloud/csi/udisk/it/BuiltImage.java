package cn.ucloud.csi.udisk.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;

/** The image, built from the modules that were packaged before this one. */
final class BuiltImage {
  static final String NAME = "udisk-csi:it";
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private BuiltImage() {}

  /** Builds it, which prints its size; a test that cannot have it is skipped. */
  static void require() {
    Loops.assumeTheyCanBeMade();
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "the image needs a Docker engine: DOCKER_HOST=$(scripts/engine start)");
    ProcessBuilder build =
        new ProcessBuilder("deploy/image/build")
            .directory(PROJECT.toFile())
            .redirectErrorStream(true);
    build.environment().put("IMAGE", NAME);
    build.environment().put("JAVA_HOME", System.getProperty("java.home"));
    build
        .environment()
        .put(
            "DOCKER_HOST",
            DockerClientFactory.instance().getTransportConfig().getDockerHost().toString());
    try {
      Process process = build.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("deploy/image/build failed:\n" + output);
      }
      System.out.println(output.substring(output.lastIndexOf(NAME + ": ")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
