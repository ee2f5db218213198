package cn.ucloud.csi.udisk.orchestrator.demo.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The processes of this machine at one moment; those that only wait to be reaped are left out. */
public record ProcessTable(List<Entry> entries) {
  private static final int STATE = 0;
  private static final int SESSION = 3;
  private static final int START_TIME = 19;

  /**
   * One process.
   *
   * @param startTime in ticks since boot; with the pid it names one process for good
   */
  public record Entry(long pid, long session, long startTime) {}

  public ProcessTable {
    entries = List.copyOf(entries);
  }

  static ProcessTable read() {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path directory : directories) {
        findEntry(directory).ifPresent(entries::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the process table", e);
    }
    return new ProcessTable(entries);
  }

  /**
   * What is left of a session that a known process began.
   *
   * <p>While a member lives the kernel gives the leader's pid to nobody else, so a living process
   * with this pid and another start time means that the session is over.
   */
  List<Entry> session(long leaderPid, long leaderStartTime) {
    boolean recycled =
        entries.stream().anyMatch(e -> e.pid() == leaderPid && e.startTime() != leaderStartTime);
    return recycled
        ? List.of()
        : entries.stream().filter(e -> e.session() == leaderPid || e.pid() == leaderPid).toList();
  }

  private static Optional<Entry> findEntry(Path directory) {
    try {
      String stat = Files.readString(directory.resolve("stat"));
      // The command stands in brackets and may contain anything, brackets too.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      if (fields[STATE].equals("Z")) {
        return Optional.empty();
      }
      return Optional.of(
          new Entry(
              Long.parseLong(directory.getFileName().toString()),
              Long.parseLong(fields[SESSION]),
              Long.parseLong(fields[START_TIME])));
    } catch (IOException e) {
      // It ended while we were looking.
      return Optional.empty();
    }
  }
}
