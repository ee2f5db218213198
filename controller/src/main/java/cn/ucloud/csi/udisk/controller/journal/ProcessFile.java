package cn.ucloud.csi.udisk.controller.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Names the process of the pod that took the lease last; written whole or not at all. */
final class ProcessFile {
  private static final String ALL = "all requests are noted";
  private static final String SOME = "not all requests are noted";

  private final Path file;
  private final Path unfinished;
  private final String bootId;

  ProcessFile(Path file, String bootId) {
    this.file = file;
    this.unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    this.bootId = bootId;
  }

  /**
   * A process of this boot.
   *
   * @param notesAll whether all of its requests that may still be done are noted
   */
  record Named(String process, boolean notesAll) {}

  /** Empty also if it was written before the host was started, or cannot be read. */
  Optional<Named> read() {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.size() == 3 && lines.getFirst().equals(bootId)
          ? Optional.of(new Named(lines.get(1), lines.getLast().equals(ALL)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Survives the end of the process, not that of the host: nothing is forced to a disk. */
  void write(Named named) throws IOException {
    Files.write(unfinished, List.of(bootId, named.process, named.notesAll ? ALL : SOME));
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
