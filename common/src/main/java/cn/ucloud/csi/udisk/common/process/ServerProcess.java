package cn.ucloud.csi.udisk.common.process;

import cn.ucloud.csi.udisk.common.config.CommonConfig;
import cn.ucloud.csi.udisk.common.config.FlagParser;
import cn.ucloud.csi.udisk.common.config.Parsed;
import cn.ucloud.csi.udisk.common.error.CannotStart;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.grpc.CsiServer;
import cn.ucloud.csi.udisk.common.identity.BuildVersion;
import cn.ucloud.csi.udisk.common.log.LogLevelFile;
import cn.ucloud.csi.udisk.common.log.LogSetup;
import cn.ucloud.csi.udisk.common.metrics.Health;
import cn.ucloud.csi.udisk.common.metrics.HealthFiles;
import cn.ucloud.csi.udisk.common.metrics.HttpEndpoint;
import cn.ucloud.csi.udisk.common.trace.Tracing;
import cn.ucloud.csi.udisk.common.trace.TracingSwitch;
import io.grpc.BindableService;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a process that serves CSI: reads its flags, starts it, and ends it in good order on SIGTERM.
 *
 * @param <C> the config of the process
 */
public final class ServerProcess<C> {
  /** Exit codes; 2 is what shells use for wrong usage. */
  static final int OK = 0;

  static final int FAILED = 1;
  static final int WRONG_CONFIG = 2;

  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  /** Running calls get this long; kubelet kills after 30 s unless told otherwise. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final String name;
  private final ServerOptions<C> options;
  private final Wiring<C> wiring;

  public ServerProcess(String name, ServerOptions<C> options, Wiring<C> wiring) {
    this.name = name;
    this.options = options;
    this.wiring = wiring;
  }

  /** Runs until the end and ends the JVM: 0 after help, 1 after a failure, 2 on wrong flags. */
  public void runAndExit(String[] args, Map<String, String> environment) {
    System.exit(run(args, environment, System.out, System.err));
  }

  /** Runs until the end; log and problems go to {@code err}. */
  int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
    String version = BuildVersion.read();
    return switch (new FlagParser(name, version, environment).parse(options, args)) {
      case Parsed.Told<C>(String text) -> {
        out.print(text);
        yield OK;
      }
      case Parsed.Refused<C>(List<String> problems) -> {
        problems.forEach(problem -> err.println(name + ": " + problem));
        yield WRONG_CONFIG;
      }
      case Parsed.Ready<C>(C config, List<String> effective) -> {
        CommonConfig common = options.common().toConfig();
        LogSetup.install(common.logFormat(), common.logLevel(), err);
        LOG.info("{} {}: {}", name, version, String.join(" ", effective));
        yield runUntilStopped(config, common, () -> TracingSwitch.open(name, version, environment));
      }
    };
  }

  private int runUntilStopped(C config, CommonConfig common, Supplier<Tracing> traces) {
    ProcessScope scope = new ProcessScope();
    CountDownLatch closed = new CountDownLatch(1);
    Thread onSigterm = Thread.ofPlatform().name("sigterm").unstarted(() -> end(scope, closed));
    Runtime.getRuntime().addShutdownHook(onSigterm);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> LOG.error("thread {} has died", thread.getName(), failure));
    try {
      // Closed last, so that it hears of all calls.
      start(config, common, scope, scope.own(traces.get()));
      scope.awaitEnd();
      return scope.hasFailed() ? FAILED : OK;
    } catch (CannotStart | DriverException e) {
      LOG.error("cannot start: {}", e.getMessage());
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    } catch (RuntimeException e) {
      LOG.error("cannot start because of a bug", e);
      return FAILED;
    } finally {
      scope.closeParts();
      LOG.info("stopped");
      closed.countDown();
      forget(onSigterm);
    }
  }

  private void start(C config, CommonConfig common, ProcessScope scope, Tracing tracing) {
    scope.metrics().version(BuildVersion.read());
    var _ =
        scope.own(
            LogLevelFile.watch(
                common.endpoint().path().resolveSibling(LogLevelFile.NAME), common.logLevel()));
    Supplier<Health> alive = () -> Health.unless(scope.findProblem());
    common
        .http()
        .address()
        .ifPresent(address -> {
          HttpEndpoint pages =
              HttpEndpoint.start(address::toSocketAddress, scope.metrics(), alive, scope::order);
          scope.own(pages);
          scope.expect(pages::findProblem);
        });
    common
        .healthDir()
        .ifPresent(directory -> scope.own(HealthFiles.start(directory, alive, scope::order)));
    List<BindableService> services = wiring.wire(config, scope);
    CsiServer server =
        scope.own(CsiServer.start(common.endpoint(), scope.metrics(), tracing, GRACE, services));
    scope.watch(server::findProblem);
  }

  /** The JVM is gone when its hooks are done, so this one waits for the parts to close. */
  private static void end(ProcessScope scope, CountDownLatch closed) {
    scope.stop();
    try {
      if (!closed.await(GRACE.toSeconds() * 2, TimeUnit.SECONDS)) {
        LOG.warn("not everything could be closed in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is what ended us.
    }
  }
}
