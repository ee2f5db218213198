package cn.ucloud.csi.udisk.node.space;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.GuestTests;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.stage.CheckBeforeMountTest;
import cn.ucloud.csi.udisk.node.stage.ErrorsInGuest;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the tests of mounted filesystems that grow, inside of a {@code Guest}. */
final class GrowthInGuest {
  private GrowthInGuest() {}

  static String result(boolean privileged, long passed, long failed) {
    return "privileged: %b, passed: %d, failed: %d".formatted(privileged, passed, failed);
  }

  public static void main(String[] args) {
    String type = "(" + FilesystemType.class.getName() + ")";
    TestExecutionSummary summary =
        GuestTests.run(
            selectMethod(
                VolumeExpanderTest.class.getName()
                    + "#mountedOneGrowsUnderWriteLoadOrSaysWhichPrivilegeIsMissing"
                    + type),
            selectMethod(
                CheckBeforeMountTest.class.getName()
                    + "#foreignExt4ThatHasHadErrorsIsCheckedAndGrows()"),
            selectMethod(
                ErrorsInGuest.class.getName()
                    + "#ext4ThatHasErrorsWhileItIsMountedGrowsWhenItIsStagedNext()"),
            selectMethod(
                VolumeExpanderTest.class.getName()
                    + "#expansionOfAMountedOneGetsRightAfterAKillAtAnyMoment"
                    + type));
    System.out.println(
        result(
            Privileges.haveSysResource(),
            summary.getTestsSucceededCount(),
            summary.getTestsFailedCount()));
  }
}
