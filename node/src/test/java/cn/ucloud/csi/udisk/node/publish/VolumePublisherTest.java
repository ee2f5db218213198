package cn.ucloud.csi.udisk.node.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.Access;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Publishing and unpublishing, repeated, cut short, and with the world changed in between. */
final class VolumePublisherTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private Disk staged() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    new TestNode(host).stage();
    return disk;
  }

  private String line(String pod, Disk disk, String mode) {
    return "kubelet/pods/" + pod + "/mount " + disk.number() + " " + mode;
  }

  private TestNode node() {
    return new TestNode(host);
  }

  @Test
  void podSeesTheVolumeAndASecondCallChangesNothing() throws IOException {
    Disk disk = staged();
    node().publish(host.target("p"));
    KillPoint second = KillPoint.never();
    new TestNode(host, second).publish(host.target("p"));
    assertThat(second.moments()).doesNotContain("before bind", "before remount");
    Files.writeString(host.target("p").resolve("file"), "seen");
    assertThat(host.staging("v").resolve("file")).hasContent("seen");
    assertThat(host.mounts()).hasSize(2).contains(line("p", disk, "rw"));
  }

  @Test
  void readOnlyTargetRefusesWritesAndTheStagingPathDoesNot() throws IOException {
    Disk disk = staged();
    node().publishReadOnly(host.target("p"));
    assertThat(host.mounts()).contains(line("p", disk, "ro"));
    assertThatThrownBy(() -> Files.writeString(host.target("p").resolve("file"), ""))
        .hasMessageContaining("Read-only");
    Files.writeString(host.staging("v").resolve("file"), "");
  }

  @Test
  void sameTargetWithOtherOptionsIsIncompatible() {
    Disk disk = staged();
    node().publish(host.target("p"));
    assertThatThrownBy(() -> node().publishReadOnly(host.target("p")))
        .isInstanceOf(Incompatible.class);
    assertThat(host.mounts()).contains(line("p", disk, "rw"));
  }

  @Test
  void sameTargetWithOtherOptionsIsIncompatibleAlsoIfAnotherDriverPublishedIt() throws IOException {
    staged();
    Files.createDirectories(host.target("p"));
    Shell.run("mount", "--bind", host.staging("v"), host.target("p"));
    assertThatThrownBy(() -> node().publishReadOnly(host.target("p")))
        .isInstanceOf(Incompatible.class);
    node().publish(host.target("p"));
    assertThat(host.mounts()).hasSize(2);
  }

  @Test
  void somethingElseAtTheTargetIsIncompatible() throws IOException {
    staged();
    Files.createDirectories(host.target("p"));
    Shell.run("mount", "-t", "tmpfs", "none", host.target("p"));
    assertThatThrownBy(() -> node().publish(host.target("p"))).isInstanceOf(Incompatible.class);
    assertThat(host.mounts()).hasSize(2);
  }

  @Test
  void manyWritersMayHaveManyTargets() {
    staged();
    node().publish(host.target("p"), Access.MANY_WRITERS);
    node().publish(host.target("q"), Access.MANY_WRITERS);
    assertThat(host.mounts()).hasSize(3);
  }

  @Test
  void oneWriterMayHaveOneTargetAtATime() {
    Disk disk = staged();
    node().publish(host.target("p"), Access.ONE_WRITER);
    node().publish(host.target("p"), Access.ONE_WRITER);
    assertThatThrownBy(() -> node().publish(host.target("q"), Access.ONE_WRITER))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(host.target("p").toString());
    node().unpublish(host.target("p"));
    node().publish(host.target("q"), Access.ONE_WRITER);
    assertThat(host.mounts()).hasSize(2).contains(line("q", disk, "rw"));
  }

  @Test
  void targetOfTheOnlyWriterIsTheOnlyOneWhateverTheNextAsksFor() {
    Disk disk = staged();
    node().publish(host.target("p"), Access.ONE_WRITER);
    assertThatThrownBy(() -> node().publish(host.target("q"), Access.MANY_WRITERS))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(host.target("p").toString());
    assertThatThrownBy(() -> node().publish(host.target("q"), Access.READERS, "ro"))
        .isInstanceOf(PreconditionFailed.class);
    assertThat(host.target("q")).doesNotExist();
    node().unpublish(host.target("p"));
    node().publish(host.target("q"), Access.MANY_WRITERS);
    assertThat(host.mounts()).hasSize(2).contains(line("q", disk, "rw"));
  }

  @Test
  void sameTargetWithAnotherAccessModeIsIncompatible() {
    Disk disk = staged();
    node().publish(host.target("p"), Access.MANY_WRITERS);
    assertThatThrownBy(() -> node().publish(host.target("p"), Access.ONE_WRITER))
        .isInstanceOf(Incompatible.class);
    assertThat(host.mounts()).hasSize(2).contains(line("p", disk, "rw"));
  }

  @Test
  void notStagedIsForbidden() {
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("not staged");
    assertThat(host.target("p")).doesNotExist();
  }

  @Test
  void deviceThatWasReplacedSinceStagingIsForbidden() {
    Disk disk = staged();
    host.remove("vdb");
    host.describe(disk, "vdb", "vdc");
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("UCLOUD_DISK_VDC");
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void deviceThatIsGoneSinceStagingIsForbidden() {
    staged();
    host.remove("vdb");
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("is gone");
  }

  @Test
  void stagingPathThatShowsAnotherDiskIsForbidden() throws IOException {
    staged();
    node().unstage();
    Disk other = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", other.path());
    Shell.run("mount", other.path(), host.staging("v"));
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("shows device " + other.number());
  }

  @Test
  void anotherVolumesStampIsForbiddenEvenWithoutARecord() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    Shell.run("mkfs.ext4", "-q", "-U", VolumeUuid.of(new VolumeId("bsm-other")), disk.path());
    Files.createDirectories(host.staging("v"));
    Shell.run("mount", disk.path(), host.staging("v"));
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("stamp of another volume");
  }

  @Test
  void optionTheKernelCannotGiveLeavesNothing() throws IOException {
    staged();
    Files.createDirectories(host.target("p").getParent());
    Files.createFile(host.target("p"));
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOfAny(PreconditionFailed.class, HostRefused.class);
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void unpublishRemovesAllMountsAndTheDirectory() {
    staged();
    node().publish(host.target("p"));
    Shell.run("mount", "--bind", host.staging("v"), host.target("p"));
    node().unpublish(host.target("p"));
    node().unpublish(host.target("p"));
    assertThat(host.target("p")).doesNotExist();
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void unpublishOfABusyTargetIsUncertain() throws IOException {
    staged();
    node().publish(host.target("p"));
    try (OutputStream _ = Files.newOutputStream(host.target("p").resolve("open"))) {
      assertThatThrownBy(() -> node().unpublish(host.target("p")))
          .isInstanceOf(OutcomeUnknown.class);
    }
    node().unpublish(host.target("p"));
    assertThat(host.target("p")).doesNotExist();
  }

  @Test
  void unpublishNeverDeletesFiles() throws IOException {
    Path file = Files.createDirectories(host.target("p")).resolve("file");
    Files.writeString(file, "written below a mount that was lost");
    assertThatThrownBy(() -> node().unpublish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class);
    assertThat(file).exists();
  }

  @Test
  void publishGetsRightAfterAKillAtAnyMoment() {
    Disk disk = staged();
    KillPoint whole = KillPoint.never();
    new TestNode(host, whole).publishReadOnly(host.target("p"));
    node().unpublish(host.target("p"));
    assertThat(whole.moments()).contains("after bind", "before remount");
    for (int moment = 0; moment < whole.moments().size(); moment++) {
      KillPoint clock = KillPoint.at(moment);
      assertThatThrownBy(() -> new TestNode(host, clock).publishReadOnly(host.target("p")))
          .isInstanceOf(Killed.class);
      node().publishReadOnly(host.target("p"));
      assertThat(host.mounts())
          .as(whole.moments().get(moment))
          .hasSize(2)
          .contains(line("p", disk, "ro"));
      node().unpublish(host.target("p"));
      assertThat(host.target("p")).doesNotExist();
    }
  }
}
