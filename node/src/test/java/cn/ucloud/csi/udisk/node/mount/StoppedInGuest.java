package cn.ucloud.csi.udisk.node.mount;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import cn.ucloud.csi.udisk.node.fixture.GuestTests;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the tests of stopped filesystems, inside of a {@code Guest}: each kernel shows them so. */
public final class StoppedInGuest {
  /** How many they are. */
  public static final long TESTS = 9;

  private StoppedInGuest() {}

  public static String result(long passed, long failed) {
    return "stopped filesystems, passed: %d, failed: %d".formatted(passed, failed);
  }

  public static void main(String[] args) {
    TestExecutionSummary summary = GuestTests.run(selectClass(StoppedFilesystemTest.class));
    System.out.println(result(summary.getTestsSucceededCount(), summary.getTestsFailedCount()));
  }
}
