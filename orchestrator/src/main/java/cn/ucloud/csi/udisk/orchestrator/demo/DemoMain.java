package cn.ucloud.csi.udisk.orchestrator.demo;

import cn.ucloud.csi.udisk.orchestrator.demo.process.Busy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The demo as a process, started in the root of a built source tree as root on Linux.
 *
 * <p>Exit code 0: everything was true and nothing is left. 1: something was not, and the last lines
 * say what. 2: another demo is running.
 */
public final class DemoMain {
  private static final int UNTRUE = 1;
  private static final int CANNOT_RUN = 2;

  // The reference keeps the level: java.util.logging forgets loggers that nobody holds.
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private DemoMain() {}

  public static void main(String[] arguments) {
    System.setProperty(
        "logback.configurationFile", "cn/ucloud/csi/udisk/orchestrator/demo/logback-demo.xml");
    GRPC.setLevel(Level.WARNING);
    System.exit(run(new Narrator(System.out)));
  }

  private static int run(Narrator narrator) {
    Workplace workplace;
    try {
      workplace = Workplace.open(Workplace.USUAL);
    } catch (Busy e) {
      System.err.println(e.getMessage());
      return CANNOT_RUN;
    }
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> endEarly(workplace, narrator), "clean-up"));
    long began = System.nanoTime();
    narrator.line("One disk, two hosts, real processes; all of it in " + workplace.directory());
    if (!isTold(workplace, narrator)) {
      workplace.close();
      return UNTRUE;
    }
    narrator.perform("stop everything, remove what is left", workplace::close);
    narrator.line(
        "All of it was true: %d steps in %d s."
            .formatted(narrator.steps(), Duration.ofNanos(System.nanoTime() - began).toSeconds()));
    return 0;
  }

  /** A Ctrl-C comes here while the story is still being told; it must leave nothing either. */
  private static void endEarly(Workplace workplace, Narrator narrator) {
    if (!workplace.isClosed()) {
      narrator.line(System.lineSeparator() + "Told to end; removing everything.");
    }
    workplace.close();
  }

  private static boolean isTold(Workplace workplace, Narrator narrator) {
    Programs programs = new Programs(workplace, Path.of("").toAbsolutePath());
    try (DemoCluster demo = new DemoCluster(workplace, programs, narrator)) {
      try {
        new Story(workplace, demo, narrator).tell();
        return true;
      } catch (RuntimeException e) {
        // Whether interrupted by the death of a process or not: what follows must be able to wait.
        boolean _ = Thread.interrupted();
        if (!workplace.isClosed()) {
          new Failure(e, demo.programs()).report(narrator);
        }
        return false;
      }
    }
  }
}
