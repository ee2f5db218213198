package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The loop devices of this machine, read from the kernel and not from the simulator. */
final class Loops {
  private Loops() {}

  static boolean canBeMade() {
    return "root".equals(System.getProperty("user.name"))
        && Files.exists(Path.of("/dev/loop-control"));
  }

  static void assumeTheyCanBeMade() {
    assumeTrue(canBeMade(), "loop devices need root on Linux");
  }

  /** The devices whose backing file lies below this directory, for example {@code loop3}. */
  static List<String> below(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path loop : loops) {
        Path file = loop.resolve("loop/backing_file");
        if (Files.exists(file) && Files.readString(file).startsWith(directory.toRealPath() + "/")) {
          names.add(loop.getFileName().toString());
        }
      }
    }
    return names;
  }

  /** Leaves nothing behind, also after a test that failed. */
  static void clean(Path stateDir) throws IOException {
    if (canBeMade()) {
      LoopHypervisor.clean(stateDir.toRealPath());
      assertThat(below(stateDir)).isEmpty();
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Optional<String> findText(Path file) {
    return Files.exists(file) ? Optional.of(text(file)) : Optional.empty();
  }
}
