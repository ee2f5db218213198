package cn.ucloud.csi.udisk.common.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.config.CommonConfig;
import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.log.LogFormat;
import cn.ucloud.csi.udisk.common.log.LogSetup;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

class ServerProcessTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  @TempDir private Path directory;

  @AfterEach
  void backToTheLogOfTheTests() {
    LogSetup.install(LogFormat.TEXT, Level.ERROR, System.err);
    Thread.setDefaultUncaughtExceptionHandler(null);
  }

  @Test
  void wrongFlagsAreAllToldAndEndWithTwo() {
    assertThat(run((_, _) -> List.of(), "--log-level=loud")).isEqualTo(2);
    assertThat(err.toString(UTF_8).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("sample: --"));
  }

  @Test
  void helpGoesToStandardOutput() {
    assertThat(run((_, _) -> List.of(), "--help")).isZero();
    assertThat(out.toString(UTF_8)).contains("Usage: sample");
    assertThat(err.size()).isZero();
  }

  @Test
  void whatCannotStartSaysWhyInOneSentenceAndEndsWithOne() {
    Wiring<CommonConfig> broken =
        (_, _) -> {
          throw new CannotStart("the metadata server does not answer");
        };
    assertThat(run(broken, endpoint(), "--http-listen=off")).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .contains("cannot start: the metadata server does not answer")
        .doesNotContain("\tat ");
    assertThat(socket()).doesNotExist();
  }

  @Test
  void anHttpAddressInUseEndsNothingAndIsNotReady() throws Exception {
    BlockingQueue<ProcessScope> started = new ArrayBlockingQueue<>(1);
    Wiring<CommonConfig> wiring =
        (_, scope) -> {
          scope.readiness().ready();
          started.add(scope);
          return List.of();
        };
    Path health = directory.resolve("health");
    try (ServerSocket taken = new ServerSocket(0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      String listen = "--http-listen=:" + taken.getLocalPort();
      Future<Integer> code =
          threads.submit(() -> run(wiring, endpoint(), listen, "--health-dir=" + health));
      ProcessScope scope = started.take();
      await().until(() -> Files.exists(socket()));
      assertThat(scope.findProblem()).isEmpty();
      assertThat(scope.order().sentence()).contains("cannot serve HTTP", "in use");
      await().until(() -> Files.exists(health.resolve("alive")));
      assertThat(health.resolve("alive")).hasContent("ok ok");
      await().until(() -> Files.exists(health.resolve("ready")));
      assertThat(Files.readString(health.resolve("ready"))).startsWith("not ok: cannot serve HTTP");
      scope.stop();
      assertThat(code.get(Patience.SECONDS, SECONDS)).isZero();
    }
    assertThat(err.toString(UTF_8).lines().filter(line -> line.contains("cannot serve HTTP")))
        .hasSize(1);
  }

  @Test
  void aFailureOfAPartEndsTheProcessAndClosesTheLastPartFirst() throws Exception {
    List<String> closed = new CopyOnWriteArrayList<>();
    BlockingQueue<ProcessScope> started = new ArrayBlockingQueue<>(1);
    Wiring<CommonConfig> wiring =
        (_, scope) -> {
          scope.own(() -> closed.add("first, without socket: " + Files.notExists(socket())));
          scope.own(() -> {
            throw new IOException("will not close");
          });
          scope.own(() -> closed.add("last"));
          started.add(scope);
          return List.of();
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> code = threads.submit(() -> run(wiring, endpoint(), "--http-listen=off"));
      ProcessScope scope = started.take();
      await().until(() -> Files.exists(socket()));
      assertThat(scope.findProblem()).isEmpty();

      scope.fail("the lease is lost");
      assertThat(code.get(Patience.SECONDS, SECONDS)).isEqualTo(1);
      assertThat(scope.readiness().findObstacle()).contains("stopping");
    }
    assertThat(closed).containsExactly("last", "first, without socket: true");
    assertThat(err.toString(UTF_8))
        .contains("ending because the lease is lost", "--csi-endpoint=unix://", "(default)");
  }

  @Test
  void aSocketThatSomebodyTookMakesTheProcessUnhealthy() throws Exception {
    BlockingQueue<ProcessScope> started = new ArrayBlockingQueue<>(1);
    Wiring<CommonConfig> wiring =
        (_, scope) -> {
          started.add(scope);
          return List.of();
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> code = threads.submit(() -> run(wiring, endpoint(), "--http-listen=off"));
      ProcessScope scope = started.take();
      await().until(() -> Files.exists(socket()));
      Files.delete(socket());
      await().until(() -> scope.findProblem().isPresent());
      scope.stop();
      assertThat(code.get(Patience.SECONDS, SECONDS)).isZero();
    }
  }

  @Test
  void sigtermStopsInGoodOrder() throws Exception {
    Path log = directory.resolve("log");
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SampleProcess.class.getName(),
                "--http-listen=127.0.0.1:0")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command.environment().put("CSI_ENDPOINT", "unix://" + socket());
    Process process = command.start();
    try {
      await().until(() -> Files.readString(log).contains("serving"));
      process.destroy();
      assertThat(process.waitFor(Patience.SECONDS, SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(socket()).doesNotExist();
    assertThat(Files.readString(log)).contains("part closed", "stopped");
  }

  private Path socket() {
    return directory.resolve("csi.sock");
  }

  private String endpoint() {
    return "--csi-endpoint=unix://" + socket();
  }

  private int run(Wiring<CommonConfig> wiring, String... args) {
    return SampleProcess.with(wiring)
        .run(args, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }
}
