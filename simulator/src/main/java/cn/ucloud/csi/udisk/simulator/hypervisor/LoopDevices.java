package cn.ucloud.csi.udisk.simulator.hypervisor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop devices of this machine whose files lie below one directory.
 *
 * <p>They are looked up in sysfs each time: what a killed process left behind is found like the
 * rest.
 */
final class LoopDevices {
  private static final String DELETED = " (deleted)";

  private final Path root;

  /** Takes the real path, because the kernel names backing files so. */
  LoopDevices(Path root) {
    this.root = root;
  }

  List<Loop> all() {
    List<Loop> loops = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
      for (Path entry : entries) {
        findText(entry.resolve("loop/backing_file"))
            .map(LoopDevices::withoutMark)
            .filter(file -> file.startsWith(root))
            .ifPresent(file -> loops.add(new Loop(entry.getFileName().toString(), file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list loop devices", e);
    }
    return loops;
  }

  /** The device of a file, unless it is on its way out. */
  Optional<Loop> find(Path file) {
    return all().stream()
        .filter(loop -> loop.backingFile().equals(file) && !isDropping(loop))
        .findFirst();
  }

  Loop attach(Path file) {
    String device = Command.run("losetup", "--find", "--show", file.toString());
    return new Loop(Path.of(device).getFileName().toString(), file);
  }

  /** While something has the device open, the kernel only marks it; it goes with the last user. */
  void detach(Loop loop) {
    Command.run("losetup", "--detach", loop.device().toString());
  }

  void readSizeAgain(Loop loop) {
    Command.run("losetup", "--set-capacity", loop.device().toString());
  }

  /** Whether the kernel will drop the device as soon as nobody has it open. */
  boolean isDropping(Loop loop) {
    return findText(loop.sysfs().resolve("loop/autoclear")).orElse("0").equals("1");
  }

  static Optional<String> findText(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // A device that is just going away answers with an error of its own.
      return Optional.empty();
    }
  }

  private static Path withoutMark(String path) {
    return Path.of(
        path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path);
  }
}
