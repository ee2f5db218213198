package cn.ucloud.csi.udisk.node.command;

import cn.ucloud.csi.udisk.common.concurrent.Spent;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
          Map.entry("blkid", "util-linux"));

  private final HangingPrograms hanging = new HangingPrograms();

  @Override
  public CommandResult run(Duration limit, List<String> command) {
    return Spent.on(Spent.Part.PROGRAM, () -> runToEnd(limit, command));
  }

  private CommandResult runToEnd(Duration limit, List<String> command) {
    hanging.requireNoneFor(command);
    Process process = start(command);
    Capture output = Capture.of(process.getInputStream());
    Capture errors = Capture.of(process.getErrorStream());
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new HostTimedOut(String.join(" ", command), limit);
      }
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

  private static Process start(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(new File("/dev/null"));
    builder.environment().put("LC_ALL", "C");
    try {
      return builder.start();
    } catch (IOException e) {
      String program = command.getFirst();
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
