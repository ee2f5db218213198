package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A volume that kubelet had staged before it was updated to one that uses other paths. */
final class OlderStagingPathTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Path older() {
    return host.kubelet().resolve("plugins/kubernetes.io/csi/pv/pvc-1/globalmount");
  }

  /** What kubelet keeps beside a staging path. */
  private void remember(String handle) throws IOException {
    Files.writeString(
        older().resolveSibling("vol_data.json"),
        "{\"driverName\":\"%s\",\"volumeHandle\":\"%s\"}"
            .formatted(IdentityService.DRIVER_NAME, handle));
  }

  private void stagedAtOlder() {
    host.attach(host.disk(LoopHost.GIB), "vdb", "vdb");
    stageAtOlder();
  }

  private void stageAtOlder() {
    StageCommand plain = node().stageCommand();
    node()
        .stage(
            new StageCommand(
                plain.volume(), older(), plain.use(), plain.context(), plain.origin()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isUnstagedThereToo(boolean atBoth) throws IOException {
    stagedAtOlder();
    remember("bsm-test");
    if (atBoth) {
      node().stage();
    }
    node().unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
  }

  @Test
  void unstageOfBothPathsGetsRightAfterAKillAtAnyMoment() throws IOException {
    stagedAtOlder();
    remember("bsm-test");
    int moments = 1;
    for (int moment = 0; moment < moments; moment++) {
      stageAtOlder();
      node().stage();
      try {
        new TestNode(host, KillPoint.at(moment)).unstage();
      } catch (Killed _) {
        moments = moment + 2;
      }
      node().unstage();
      assertThat(host.mounts()).as("moment %s", moment).isEmpty();
      assertThat(host.state().resolve("bsm-test")).doesNotExist();
    }
    assertThat(moments).isGreaterThan(4);
  }

  @Test
  void isUnstagedThereTooIfTheClosedDriverHadStagedIt() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    Shell.run("mkfs.ext4", "-q", disk.path());
    Files.createDirectories(older());
    Shell.run("mount", disk.path(), older());
    remember("bsm-test");
    node().unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void podThatStillUsesItKeepsIt() throws IOException {
    stagedAtOlder();
    remember("bsm-test");
    Path target = Files.createDirectories(host.target("p"));
    Shell.run("mount", "--bind", older(), target);
    assertThatThrownBy(() -> node().unstage())
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining(target.toString());
    Shell.run("umount", target);
    node().unstage();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bsm-other", ""})
  void pathThatIsNotProvedToBeOfThisVolumeIsLeftAlone(String handle) throws IOException {
    stagedAtOlder();
    if (!handle.isEmpty()) {
      remember(handle);
    }
    assertThatThrownBy(() -> node().unstage())
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("is still mounted at [" + older() + "]");
    assertThat(host.mounts()).hasSize(1);
  }

  /** Without a record, unstage of the new path would succeed and the disk be torn away. */
  @Test
  void stagingThatFailsAtTheNewPathDoesNotForgetTheOlderOne() throws IOException {
    stagedAtOlder();
    Files.createDirectories(host.staging("v").getParent());
    Files.createFile(host.staging("v"));
    assertThatThrownBy(() -> node().stage()).hasMessageContaining("is not a directory");
    assertThatThrownBy(() -> node().unstage())
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining(older().toString());
  }
}
