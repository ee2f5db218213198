package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the driver that answers Probe. */
final class Started implements AutoCloseable {
  /** What the image starts each role by. */
  static final Path LAUNCH_SCRIPT =
      Path.of("../deploy/image/udisk-csi").toAbsolutePath().normalize();

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Process process;
  private final CsiSocket socket;
  private final Duration untilProbe;

  private Started(Process process, CsiSocket socket, Duration untilProbe) {
    this.process = process;
    this.socket = socket;
    this.untilProbe = untilProbe;
  }

  /**
   * Starts a role as its image does, with the cache that {@code scripts/aot} has made, and waits
   * for its first answer.
   *
   * @param arguments the role and its flags
   * @param variables all there are, besides those that find programs
   */
  static Started await(
      List<String> arguments, Path socketFile, Path log, Map<String, String> variables) {
    List<String> command = new ArrayList<>();
    command.add(LAUNCH_SCRIPT.toString());
    command.addAll(arguments);
    return awaitCommand(command, socketFile, log, variables);
  }

  /** The same with whatever else is to run the script before its role, and the script. */
  static Started awaitCommand(
      List<String> command, Path socketFile, Path log, Map<String, String> variables) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(variables);
    long start = System.nanoTime();
    CsiSocket socket = new CsiSocket(socketFile);
    try {
      Process process = builder.start();
      while (!answers(socket)) {
        if (!process.isAlive() || System.nanoTime() - start > PATIENCE.toNanos()) {
          process.destroyForcibly();
          throw new IllegalStateException("it does not start:\n" + Files.readString(log));
        }
        TimeUnit.MILLISECONDS.sleep(2);
      }
      return new Started(process, socket, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean answers(CsiSocket socket) {
    if (!Files.exists(socket.path())) {
      return false;
    }
    try {
      socket.call(
          IdentityGrpc::newBlockingStub,
          Duration.ofSeconds(5),
          stub -> stub.probe(ProbeRequest.getDefaultInstance()));
      return true;
    } catch (StatusRuntimeException _) {
      return false; // the socket's file comes before its listener
    }
  }

  CsiSocket socket() {
    return socket;
  }

  long pid() {
    return process.pid();
  }

  /** From its exec to the answer to the first Probe. */
  Duration untilProbe() {
    return untilProbe;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    socket.close();
  }
}
