package cn.ucloud.csi.udisk.node.command;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs as child processes of this one. */
public final class ProcessCommandRunner implements CommandRunner {
  private static final int CAPTURED_BYTES = 64 * 1024;

  /** How long a killed program may take to die before it is left to the kernel. */
  private static final Duration DEATH = Duration.ofSeconds(2);

  /** Debian's package for each program that we call, for the error message. */
  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          Map.entry("mkfs.ext4", "e2fsprogs"),
          Map.entry("e2fsck", "e2fsprogs"),
          Map.entry("resize2fs", "e2fsprogs"),
          Map.entry("tune2fs", "e2fsprogs"),
          Map.entry("mkfs.xfs", "xfsprogs"),
          Map.entry("xfs_db", "xfsprogs"),
          Map.entry("xfs_growfs", "xfsprogs"),
          Map.entry("mkfs.btrfs", "btrfs-progs"),
          Map.entry("btrfs", "btrfs-progs"),
          Map.entry("choom", "util-linux"),
          Map.entry("blkid", "util-linux"));

  private final HangingPrograms hanging = new HangingPrograms();

  @Override
  public CommandResult run(Duration limit, List<String> command) {
    return run(limit, command, new ProcessBuilder(command));
  }

  /**
   * A resource limit works where no control group can be made: the kernel forbids one below a group
   * that has processes, and those beside it are kubelet's.
   */
  @Override
  public CommandResult run(Bounds bounds, List<String> command) {
    List<String> bounded =
        new ArrayList<>(
            List.of("choom", "-n", "1000", "--", "prlimit", "--data=" + bounds.memory()));
    bounded.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(bounded);
    builder.environment().putAll(bounds.environment());
    return run(bounds.limit(), command, builder);
  }

  private CommandResult run(Duration limit, List<String> command, ProcessBuilder builder) {
    return Progress.ofThisThread()
        .limitedByItself(() ->
            TimeSpent.on(
                TimeSpent.Part.PROGRAM,
                "program " + command.getFirst(),
                () -> runToEnd(limit, command, builder)));
  }

  private CommandResult runToEnd(Duration limit, List<String> command, ProcessBuilder builder) {
    hanging.requireNoneFor(command);
    Process process = start(builder);
    Capture output = Capture.of(process.getInputStream());
    Capture errors = Capture.of(process.getErrorStream());
    try {
      awaitEnd(process, limit, command);
      return new CommandResult(command, process.exitValue(), output.text(), errors.text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknown(String.join(" ", command) + " was interrupted", e);
    } finally {
      kill(process);
      if (process.isAlive()) {
        hanging.add(command, process);
      }
    }
  }

  private static void awaitEnd(Process process, Duration limit, List<String> command)
      throws InterruptedException {
    String before = transferred(process);
    while (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      String now = transferred(process);
      if (now.equals(before)) {
        throw new HostTimedOut(
            String.join(" ", command) + ", which reads and writes nothing any more,", limit);
      }
      before = now;
    }
  }

  /** What the kernel counts of the program's input and output; always the same if it does not. */
  private static String transferred(Process process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/io"));
    } catch (IOException _) {
      return "";
    }
  }

  private static Process start(ProcessBuilder builder) {
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      String program = builder.command().getFirst();
      String from = PACKAGES.get(program);
      Throwable reason = e.getCause() == null ? e : e.getCause(); // without the program's name
      throw new HostRefused(
          "cannot run "
              + program
              + (from == null ? "" : ", which comes with " + from + " and has to be in this image")
              + ": "
              + reason.getMessage(),
          e);
    }
  }

  /** Children first are listed, then all are killed: a dead parent no longer knows its children. */
  private static void kill(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(DEATH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads a stream to its end, so that the program never blocks, but keeps only the beginning. */
  private record Capture(Thread reader, ByteArrayOutputStream kept) {

    static Capture of(InputStream stream) {
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      // A platform thread: a read of a pipe holds the carrier of a virtual one, and what a hanging
      // program keeps open would in the end stop all virtual threads of this process.
      Thread reader = Thread.ofPlatform().daemon().name("output").start(() -> drain(stream, kept));
      return new Capture(reader, kept);
    }

    private static void drain(InputStream stream, ByteArrayOutputStream kept) {
      byte[] buffer = new byte[8192];
      try (stream) {
        for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
          kept.write(buffer, 0, Math.min(n, CAPTURED_BYTES - kept.size()));
        }
      } catch (IOException _) {
        // The program was killed; what came until then is all there is.
      }
    }

    /** A grandchild may hold the stream open after the program's end; it is not waited for. */
    String text() throws InterruptedException {
      reader.join(DEATH);
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
