package cn.ucloud.csi.udisk.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The loop devices of this machine, as the kernel tells of them. */
public final class Loops {
  private Loops() {}

  public static void assumeTheyCanBeMade() {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.exists(Path.of("/dev/loop-control")),
        "loop devices and mounts need root on Linux");
  }

  /** The devices whose files lie below this directory, given as its real path. */
  static List<String> below(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path loop : loops) {
        Path file = loop.resolve("loop/backing_file");
        if (Files.exists(file) && Files.readString(file).startsWith(directory + "/")) {
          names.add(loop.getFileName().toString());
        }
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
