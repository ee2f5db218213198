package cn.ucloud.csi.udisk.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long any test waits for something that must happen.
 *
 * <p>A wait ends with its event, so that nothing waits longer on a quiet machine; the limit is for
 * what never comes, and is far above what a machine with other work needs. Every {@code await()} of
 * Awaitility has it by itself; whole tests have a longer one, in the parent POM.
 */
public final class Patience implements LauncherSessionListener {
  public static final long SECONDS = 300;
  public static final Duration LIMIT = Duration.ofSeconds(SECONDS);

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Awaitility.setDefaultTimeout(SECONDS, TimeUnit.SECONDS);
  }
}
