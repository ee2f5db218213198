package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.it.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A mount namespace that has many mounts besides those of this machine, and a process in it. */
final class CrowdedNamespace implements AutoCloseable {
  /** A tree of mounts that is bound into itself is twice as large. */
  private static final String FILL =
      """
      set -e
      mount -t tmpfs tmpfs "$1"
      n=1
      while [ $n -lt "$2" ]; do
        mkdir "$1/${n}_mounts"
        mount --rbind "$1" "$1/${n}_mounts"
        n=$((n * 2))
      done
      echo ready
      read -r _
      """;

  private final Process process;

  private CrowdedNamespace(Process process) {
    this.process = process;
  }

  /**
   * Copies the mounts of this moment and adds others.
   *
   * @param mounts how many, a power of two
   * @param place a directory, at which they are in there
   */
  static CrowdedNamespace with(int mounts, Path place) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
    command.addAll(List.of("sh", "-c", FILL, "sh", place.toString(), Integer.toString(mounts)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (!"ready".equals(process.inputReader().readLine())) {
      throw new IOException("cannot make " + mounts + " mounts");
    }
    return new CrowdedNamespace(process);
  }

  /** What runs a program in it that follows these words. */
  List<String> enter() {
    return List.of("nsenter", "--mount", "--target", Long.toString(process.pid()));
  }

  void run(String... program) {
    Shell.run(Stream.concat(enter().stream(), Arrays.stream(program)).toArray(String[]::new));
  }

  /** Those of this machine too. */
  long mounts() throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "mountinfo"))) {
      return lines.count();
    }
  }

  /** Ends the process, and with it the namespace. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
