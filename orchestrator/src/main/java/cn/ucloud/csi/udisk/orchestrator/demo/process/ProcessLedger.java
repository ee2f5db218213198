package cn.ucloud.csi.udisk.orchestrator.demo.process;

import cn.ucloud.csi.udisk.orchestrator.demo.process.ProcessTable.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that knows every process of a demo, so that the next one finds them when this one was
 * killed.
 *
 * <p>A process enters itself before it becomes what it shall be; there is no moment at which it
 * runs and is not known. Each leads a session of its own, so what it started is found with it, and
 * a Ctrl-C at the terminal reaches only the demo.
 */
public final class ProcessLedger {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final String ENTER_AND_EXEC =
      """
      echo "$$ $(cut -d ' ' -f 22 "/proc/$$/stat")" >> "$0" && exec "$@"
      """;

  private final Path file;
  private final Duration grace;

  /**
   * @param grace how long a process may take to end when it is asked to
   */
  public ProcessLedger(Path file, Duration grace) {
    this.file = file;
    this.grace = grace;
  }

  /** The command line that enters the process and becomes the command. */
  public List<String> entering(List<String> command) {
    List<String> line = new ArrayList<>(List.of("setsid", "sh", "-c", ENTER_AND_EXEC));
    line.add(file.toString());
    line.addAll(command);
    return line;
  }

  /** Ends all that lives of the processes and their descendants: by request, then by force. */
  void endAll() {
    living().forEach(e -> ProcessHandle.of(e.pid()).ifPresent(ProcessHandle::destroy));
    awaitEnd(grace);
    living().forEach(e -> ProcessHandle.of(e.pid()).ifPresent(ProcessHandle::destroyForcibly));
    awaitEnd(grace);
  }

  /** The processes that are still there, descendants too. */
  public List<Entry> living() {
    ProcessTable table = ProcessTable.read();
    return leaders().stream()
        .flatMap(leader -> table.session(leader.pid(), leader.startTime()).stream())
        .distinct()
        .toList();
  }

  private void awaitEnd(Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    try {
      while (!living().isEmpty() && System.nanoTime() < until) {
        Thread.sleep(LOOK_AGAIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Entry> leaders() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file).stream().flatMap(line -> parse(line).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Optional<Entry> parse(String line) {
    String[] words = line.split(" ", -1);
    try {
      long pid = Long.parseLong(words[0]);
      return Optional.of(new Entry(pid, pid, Long.parseLong(words[1])));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      // The writer was killed in the middle of the line, and so before it became anything.
      return Optional.empty();
    }
  }
}
