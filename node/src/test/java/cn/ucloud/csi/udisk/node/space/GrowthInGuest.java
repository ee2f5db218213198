package cn.ucloud.csi.udisk.node.space;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.StoppedFilesystemTest;
import cn.ucloud.csi.udisk.node.stage.CheckBeforeMountTest;
import cn.ucloud.csi.udisk.node.stage.ErrorsInGuest;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the tests of mounted filesystems that grow or stop, inside of a {@code Guest}. */
final class GrowthInGuest {
  private GrowthInGuest() {}

  static String result(boolean privileged, long passed, long failed) {
    return "privileged: %b, passed: %d, failed: %d".formatted(privileged, passed, failed);
  }

  public static void main(String[] args) {
    String type = "(" + FilesystemType.class.getName() + ")";
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
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
                        + type),
                selectClass(StoppedFilesystemTest.class))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 20);
    System.out.println(
        result(
            Privileges.haveSysResource(),
            summary.getTestsSucceededCount(),
            summary.getTestsFailedCount()));
  }
}
