package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.demo.process.Busy;
import cn.ucloud.csi.udisk.orchestrator.demo.process.DemoError;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Leftovers;
import cn.ucloud.csi.udisk.orchestrator.demo.process.ProcessLedger;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Program;
import cn.ucloud.csi.udisk.orchestrator.demo.process.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The one directory of the demo. Opening it removes what an earlier demo left, closing it what this
 * one did.
 *
 * <p>The lock lies beside the directory and stays, because a lock file that is deleted locks
 * nobody. It goes with the process that holds it, however that ends.
 */
final class Workplace implements AutoCloseable {
  /** Not below /run or /tmp: those are often mounted nodev, and the hosts need device nodes. */
  static final Path USUAL = Path.of("/var/lib/udisk-csi-demo");

  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Path directory;
  private final FileChannel lock;
  private final ProcessLedger processes;
  private volatile boolean closed;

  private Workplace(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
    this.processes = new ProcessLedger(directory.resolve("processes"), GRACE);
  }

  /**
   * Takes the directory and empties it.
   *
   * @throws Busy if another demo has it
   */
  static Workplace open(Path directory) {
    try {
      Path parent = Files.createDirectories(directory.resolveSibling("")).toRealPath();
      Path real = parent.resolve(directory.getFileName());
      FileChannel lock =
          FileChannel.open(
              parent.resolve(directory.getFileName() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!isTaken(lock)) {
        lock.close();
        throw new Busy(real);
      }
      Workplace workplace = new Workplace(real, lock);
      workplace.leftovers().remove();
      Files.createDirectories(real);
      return workplace;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + directory, e);
    }
  }

  private static boolean isTaken(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // Held by this same process.
    }
  }

  Path directory() {
    return directory;
  }

  Path simulatorState() {
    return directory.resolve("region");
  }

  Path socket(String process) {
    return directory.resolve(process + ".sock");
  }

  Path kubeletRoot(String node) {
    return directory.resolve("kubelet-" + node);
  }

  /** Starts a process that ends with this workplace at the latest. */
  synchronized Program start(String name, List<String> command, Map<String, String> variables) {
    DemoError.unless(!closed, "the demo is being ended");
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(processes.entering(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", Shell.PATH);
    builder.environment().putAll(variables);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new Program(name, process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** Whether the end has begun. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    leftovers().remove();
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Leftovers leftovers() {
    return new Leftovers(directory, simulatorState(), processes);
  }
}
