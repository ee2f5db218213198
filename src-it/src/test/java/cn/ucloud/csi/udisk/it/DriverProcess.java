package cn.ucloud.csi.udisk.it;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.testing.Patience;
import csi.v1.GetPluginInfoRequest;
import csi.v1.IdentityGrpc;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One real process of the driver, started as its image starts it. */
public final class DriverProcess implements AutoCloseable {
  private static final Path LAUNCH_SCRIPT =
      Path.of("../deploy/image/udisk-csi").toAbsolutePath().normalize();

  private static final Duration FIRST_CALL = Duration.ofSeconds(10);

  private final Process process;
  private final Path log;

  private DriverProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a role from the modules' jars, which were packaged before this one; what it prints is
   * appended to {@code log}.
   */
  static DriverProcess start(
      String role, Path log, Map<String, String> environment, Map<String, String> flags) {
    return start(List.of(), role, log, environment, flags);
  }

  /** The same, by a program that executes the command that follows its own arguments. */
  static DriverProcess start(
      List<String> launcher,
      String role,
      Path log,
      Map<String, String> environment,
      Map<String, String> flags) {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(LAUNCH_SCRIPT.toString(), role));
    flags.forEach((flag, value) -> {
      command.add(flag);
      command.add(value);
    });
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().clear(); // nothing of the machine's may decide a test
    builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    try {
      return new DriverProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until it has answered a call. gRPC resets a connection whose two threads do not meet
   * within a second, which a JVM that has just started may not manage on a busy machine.
   */
  void awaitSocket(Path socket) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          if (!process.isAlive()) {
            throw new AssertionError("the process has ended:\n" + log());
          }
          return isListening(socket) && answers(socket);
        });
  }

  /** A killed process leaves its socket behind, so being there is not enough. */
  private static boolean isListening(Path socket) {
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean answers(Path socket) {
    try (CsiSocket calls = new CsiSocket(socket)) {
      var _ =
          calls.call(
              IdentityGrpc::newBlockingStub,
              FIRST_CALL,
              stub -> stub.getPluginInfo(GetPluginInfoRequest.getDefaultInstance()));
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** As {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** As SIGTERM does; gives the exit code. */
  public int terminate() {
    process.destroy();
    return awaitExit();
  }

  int awaitExit() {
    try {
      if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the process does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
