package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.Privileges;
import cn.ucloud.csi.udisk.node.mount.LinuxMounter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every filesystem that is mounted writable is checked first, whoever has made it. */
public class CheckBeforeMountTest {
  static final long LARGER = 2 * LoopHost.GIB;

  @RegisterExtension final LoopHost host = new LoopHost();

  final TestNode node() {
    return new TestNode(host);
  }

  /** A disk that a person has formatted. */
  final Disk foreign(FilesystemType type) {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", disk.path());
    return disk;
  }

  private static void set(Disk disk, String value) {
    Shell.run("debugfs", "-w", "-R", "set_super_value " + value, disk.path());
  }

  final long usable() throws IOException {
    return Files.getFileStore(host.staging("v")).getTotalSpace();
  }

  @Test
  void foreignExt4IsRepairedBeforeItIsMounted() {
    Disk disk = foreign(FilesystemType.EXT4);
    Shell.run("debugfs", "-w", "-R", "setb 5000 9", disk.path());
    set(disk, "state 0");
    assertThat(Shell.tryRun("e2fsck", "-f", "-n", disk.path()).exitCode()).isEqualTo(4);
    node().stage();
    node().unstage();
    assertThat(Shell.tryRun("e2fsck", "-f", "-n", disk.path()).exitCode()).isZero();
  }

  @Test
  void foreignExt4ThatAPersonMustRepairIsNotMounted() {
    Disk disk = foreign(FilesystemType.EXT4);
    Shell.run("debugfs", "-w", "-R", "set_inode_field <2> mode 0100644", disk.path());
    set(disk, "state 2");
    assertThatThrownBy(() -> node().stage())
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("run e2fsck by hand");
    assertThat(host.mounts()).isEmpty();
  }

  /** The kernel would not let it grow while it is mounted. */
  @Test
  void foreignExt4ThatHasHadErrorsIsCheckedAndGrows() throws IOException {
    Disk disk = foreign(FilesystemType.EXT4);
    set(disk, "state 3");
    host.enlarge(disk, "vdb", LARGER);
    node().stage();
    assertThat(usable()).isGreaterThan(LARGER * 9 / 10);
  }

  private static boolean grows(List<String> command) {
    return String.join(" ", command)
        .matches("resize2fs .*|xfs_growfs .*|btrfs filesystem resize .*");
  }

  @ParameterizedTest
  @EnumSource
  void growthThatFailsLeavesTheVolumeMountedAndIsTriedAgain(FilesystemType type)
      throws IOException {
    Disk disk = foreign(type);
    CommandRunner real = new ProcessCommandRunner();
    CommandRunner failing =
        (limit, command) ->
            grows(command)
                ? new CommandResult(command, 1, "", "it does not grow")
                : real.run(limit, command);
    TestNode unlucky = new TestNode(host, failing, new LinuxMounter(), BlankRule.ZEROS);
    host.enlarge(disk, "vdb", LARGER);
    for (int twice = 0; twice < 2; twice++) {
      unlucky.stage(type);
      assertThat(host.mounts()).hasSize(1);
    }
    unlucky.publish(host.target("p"));
    Files.writeString(host.target("p").resolve("file"), "kept");
    assertThatThrownBy(() -> unlucky.expand(host.target("p"), LARGER))
        .isInstanceOf(DriverException.class)
        .hasMessageContaining("grow");
    if (type != FilesystemType.EXT4 || Privileges.haveSysResource()) {
      assertThat(node().expand(host.target("p"), LARGER)).isEqualTo(LARGER);
    } else {
      node().unpublish(host.target("p"));
      node().unstage();
      node().stage(type);
    }
    assertThat(usable()).isGreaterThan(LARGER * 9 / 10);
    assertThat(host.staging("v").resolve("file")).hasContent("kept");
  }
}
