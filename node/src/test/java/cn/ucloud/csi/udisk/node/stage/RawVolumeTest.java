package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.node.device.DeviceNode;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.Access;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A volume that is used as a disk: no byte of it is the driver's business. */
final class RawVolumeTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private static void write(Path device) throws IOException {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), 0);
    }
  }

  @Test
  void podGetsTheDeviceAndNoProgramIsEverRun() throws IOException {
    Disk disk = attached();
    disk.writeNoise(0, 4096);
    String before = disk.digest();
    KillPoint clock = KillPoint.never();
    TestNode node = new TestNode(host, clock);
    for (int twice = 0; twice < 2; twice++) {
      node.stageRaw(false);
      node.publishRaw(host.target("p"), Access.MANY_WRITERS);
    }
    assertThat(DeviceNode.findNumber(host.target("p"))).contains(disk.number());
    assertThat(clock.moments()).containsExactly("before bind", "after bind");
    assertThat(host.mounts()).hasSize(1);
    assertThat(disk.digest()).isEqualTo(before);
    write(host.target("p"));
    assertThat(disk.digest()).isNotEqualTo(before);
    for (int twice = 0; twice < 2; twice++) {
      node().unpublish(host.target("p"));
    }
    for (int twice = 0; twice < 2; twice++) {
      node().unstage();
    }
    assertThat(host.target("p")).doesNotExist();
    assertThat(host.mounts()).isEmpty();
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
  }

  @Test
  void readersCannotWriteAndWritersOfALaterStagingCan() throws IOException {
    attached();
    node().stageRaw(true);
    node().publishRaw(host.target("p"), Access.READERS, "ro");
    assertThatThrownBy(() -> write(host.target("p"))).isInstanceOf(IOException.class);
    assertThat(host.mounts().getFirst()).endsWith(" ro");
    node().unpublish(host.target("p"));
    node().unstage();
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    write(host.target("p"));
  }

  @Test
  void anotherModeThanItWasStagedWithIsIncompatible() {
    attached();
    node().stageRaw(false);
    assertThatThrownBy(() -> node().stageRaw(true)).isInstanceOf(Incompatible.class);
    assertThatThrownBy(() -> node().stage()).isInstanceOf(Incompatible.class);
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .isInstanceOf(PreconditionFailed.class);
    node().unstage();
    node().stage();
    assertThatThrownBy(() -> node().stageRaw(false)).isInstanceOf(Incompatible.class);
    assertThatThrownBy(() -> node().publishRaw(host.target("p"), Access.MANY_WRITERS))
        .isInstanceOf(PreconditionFailed.class);
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void diskThatIsMountedIsForbidden() throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", disk.path());
    Path elsewhere = Files.createDirectories(host.kubelet().resolve("elsewhere"));
    Shell.run("mount", disk.path(), elsewhere);
    assertThatThrownBy(() -> node().stageRaw(false))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(elsewhere.toString());
  }

  @Test
  void diskWhoseBtrfsIsMountedByALinkIsForbidden() throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.btrfs", "-q", disk.path());
    Path link = Files.createSymbolicLink(host.dev().resolve("virtio-1"), Path.of("vdb"));
    Path elsewhere = Files.createDirectories(host.kubelet().resolve("elsewhere"));
    Shell.run("mount", link, elsewhere);
    assertThatThrownBy(() -> node().stageRaw(false))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(elsewhere.toString());
  }

  @Test
  void btrfsOfADiskWithTheSameNameInAnotherDirectoryIsNotTakenForThisOne() throws IOException {
    attached();
    Disk other = host.disk(LoopHost.GIB);
    Shell.run("mkfs.btrfs", "-q", other.path());
    Path file = Files.createDirectories(host.dev().resolve("another")).resolve("vdb");
    Shell.run("mknod", file, "b", other.number().major(), other.number().minor());
    Shell.run("mount", file, Files.createDirectories(host.kubelet().resolve("elsewhere")));
    node().stageRaw(false);
  }

  @Test
  void deviceThatWasReplacedSinceStagingIsForbidden() {
    Disk disk = attached();
    node().stageRaw(false);
    host.reattach(disk, "vdb", "vdb");
    assertThatThrownBy(() -> node().publishRaw(host.target("p"), Access.MANY_WRITERS))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("was staged from");
    assertThat(host.mounts()).isEmpty();
    assertThat(host.target("p")).doesNotExist();
  }

  @Test
  void oneWriterMayHaveOneTarget() {
    attached();
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.ONE_WRITER);
    node().publishRaw(host.target("p"), Access.ONE_WRITER);
    assertThatThrownBy(() -> node().publishRaw(host.target("q"), Access.ONE_WRITER))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(host.target("p").toString());
    node().unpublish(host.target("p"));
    node().publishRaw(host.target("q"), Access.ONE_WRITER);
    assertThat(host.mounts()).hasSize(1);
  }

  @Test
  void otherOptionsOrAnotherDeviceAtTheTargetAreIncompatible() {
    attached();
    Disk other = host.disk(LoopHost.GIB);
    host.attach(other, "vdc", "vdc");
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    assertThatThrownBy(() -> node().publishRaw(host.target("p"), Access.MANY_WRITERS, "ro"))
        .isInstanceOf(Incompatible.class);
    Shell.run("touch", host.target("p").resolveSibling("other"));
    Shell.run(
        "mount", "--bind", host.dev().resolve("vdc"), host.target("p").resolveSibling("other"));
    Path taken = host.target("p").resolveSibling("other");
    assertThatThrownBy(() -> node().publishRaw(taken, Access.MANY_WRITERS))
        .isInstanceOf(Incompatible.class);
  }

  @Test
  void unstageWhileItIsPublishedIsUncertain() {
    attached();
    node().stageRaw(false);
    node().publishRaw(host.target("p"), Access.MANY_WRITERS);
    for (int twice = 0; twice < 2; twice++) {
      assertThatThrownBy(() -> node().unstage())
          .isInstanceOf(OutcomeUnknown.class)
          .hasMessageContaining(host.target("p").toString());
    }
    node().unpublish(host.target("p"));
    node().unstage();
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
  }

  @Test
  void deviceThatVanishedIsUnpublishedAndUnstaged() {
    attached();
    node().stageRaw(true);
    node().publishRaw(host.target("p"), Access.READERS, "ro");
    host.remove("vdb");
    node().unpublish(host.target("p"));
    node().unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(host.target("p")).doesNotExist();
  }

  @Test
  void fileThatWasWrittenInPlaceOfTheDeviceIsNotDeleted() throws IOException {
    attached();
    node().stageRaw(false);
    Path target = host.target("p");
    Files.createDirectories(target.getParent());
    Files.writeString(target, "written while nothing was bound here");
    assertThatThrownBy(() -> node().publishRaw(target, Access.MANY_WRITERS))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> node().unpublish(target)).isInstanceOf(PreconditionFailed.class);
    assertThat(target).exists();
  }

  @Test
  void publishGetsRightAfterAKillAtAnyMoment() throws IOException {
    Disk disk = attached();
    node().stageRaw(false);
    for (int moment = 0; moment < 4; moment++) {
      KillPoint clock = KillPoint.at(moment);
      Path target = host.target("p" + moment);
      assertThatThrownBy(
              () -> new TestNode(host, clock).publishRaw(target, Access.MANY_WRITERS, "ro"))
          .isInstanceOf(Killed.class);
      node().publishRaw(target, Access.MANY_WRITERS, "ro");
      assertThat(DeviceNode.findNumber(target)).contains(disk.number());
      assertThat(host.mounts()).hasSize(1).first().asString().endsWith(" ro");
      node().unpublish(target);
      assertThat(target).doesNotExist();
    }
  }
}
