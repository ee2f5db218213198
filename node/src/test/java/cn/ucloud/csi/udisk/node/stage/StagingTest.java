package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.HangingSerial;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Staging and unstaging, repeated, cut short, and with the world changed in between. */
final class StagingTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private static String staged(Disk disk) {
    return "kubelet/plugins/v/globalmount " + disk.number() + " rw";
  }

  private StageCommand with(String... flags) {
    StageCommand plain = new TestNode(host).stageCommand();
    return new StageCommand(
        plain.volume(),
        plain.stagingPath(),
        new VolumeUse.Filesystem(FilesystemType.EXT4, MountOptions.parse(List.of(flags))),
        plain.context(),
        plain.origin());
  }

  @Test
  void secondCallChangesNothing() {
    Disk disk = attached();
    new TestNode(host).stage();
    KillPoint second = KillPoint.never();
    new TestNode(host, second).stage();
    assertThat(second.moments()).isEmpty();
    assertThat(host.mounts()).containsExactly(staged(disk));
  }

  @Test
  void secondCallWithOtherMountFlagsIsIncompatible() {
    Disk disk = attached();
    new TestNode(host).stage(with("noatime"));
    new TestNode(host).stage(with("noatime"));
    assertThatThrownBy(() -> new TestNode(host).stage(with("noatime", "debug")))
        .isInstanceOf(Incompatible.class);
    assertThat(host.mounts()).containsExactly(staged(disk));
  }

  @Test
  void mountThatTheKernelRefusesLeavesNothing() {
    attached();
    assertThatThrownBy(() -> new TestNode(host).stage(with("no_such_option")))
        .isInstanceOf(HostRefused.class)
        .hasMessageContaining("EINVAL");
    assertThat(host.mounts()).isEmpty();
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
  }

  @Test
  void volumeStagedByTheClosedDriverIsAdopted() throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.ext4", "-q", disk.path());
    Files.createDirectories(host.staging("v"));
    Shell.run("mount", disk.path(), host.staging("v"));
    new TestNode(host).stage();
    assertThat(host.mounts()).containsExactly(staged(disk));
    assertThat(host.state().resolve("bsm-test")).exists();
  }

  @Test
  void anotherDiskAtTheStagingPathIsRefused() throws IOException {
    attached();
    Disk other = host.disk(LoopHost.GIB);
    host.attach(other, "vdc", "vdc");
    Shell.run("mkfs.ext4", "-q", other.path());
    Files.createDirectories(host.staging("v"));
    Shell.run("mount", other.path(), host.staging("v"));
    assertThatThrownBy(() -> new TestNode(host).stage()).isInstanceOf(PreconditionFailed.class);
    assertThat(host.mounts()).containsExactly(staged(other));
  }

  @Test
  void mountOfAVanishedAttachmentIsReplaced() {
    Disk disk = attached();
    new TestNode(host).stage();
    // The device goes away under the mount, and the volume comes back with another number.
    host.remove("vdb");
    Disk back = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-U", VolumeUuid.of(TestNode.VOLUME), back.path());
    host.attach(back, "vdc", "vdb");
    new TestNode(host).stage();
    assertThat(host.mounts()).containsExactly(staged(back));
    assertThat(back.number()).isNotEqualTo(disk.number());
  }

  @Test
  void volumeThatIsStillMountedOutOfSightIsStagedAgain() throws IOException {
    Disk disk = attached();
    new TestNode(host).stage();
    try (OutputStream _ = Files.newOutputStream(host.staging("v").resolve("open"))) {
      Shell.run("umount", "--lazy", host.staging("v"));
      new TestNode(host).stage();
      assertThat(host.mounts()).containsExactly(staged(disk));
    }
  }

  @Test
  void damagedFilesystemOfOursIsNotMounted() {
    Disk disk = attached();
    new TestNode(host).stage();
    new TestNode(host).unstage();
    // The root directory's inode becomes something else; e2fsck -p does not dare to repair that.
    Shell.run("debugfs", "-w", "-R", "clri <2>", disk.path());
    Shell.run("tune2fs", "-E", "force_fsck", disk.path());
    assertThatThrownBy(() -> new TestNode(host).stage())
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("run e2fsck by hand");
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void kubeletDirectoryMayBeALink() throws IOException {
    Disk disk = attached();
    Path real = Files.createDirectories(host.kubelet().resolve("data"));
    Path link = Files.createSymbolicLink(host.kubelet().resolve("link"), real);
    StageCommand plain = with();
    StageCommand throughLink =
        new StageCommand(
            plain.volume(),
            link.resolve("v/globalmount"),
            plain.use(),
            plain.context(),
            plain.origin());
    new TestNode(host).stage(throughLink);
    new TestNode(host).stage(throughLink);
    assertThat(host.mounts())
        .containsExactly("kubelet/data/v/globalmount " + disk.number() + " rw");
  }

  /** The kernel tells names as they are, and one alone made the whole table unreadable. */
  @Test
  void mountOfAnotherProgramWithANameInNoUtf8DisturbsNobody() {
    String foreign = "\"$(printf '%s/caf\\351' '" + host.kubelet() + "')\"";
    Shell.run("sh", "-c", "mkdir " + foreign + " && mount -t tmpfs tmpfs " + foreign);
    try {
      attached();
      TestNode node = new TestNode(host);
      node.stage();
      node.publish(host.target("p"));
      node.unpublish(host.target("p"));
      node.unstage();
    } finally {
      Shell.run("sh", "-c", "umount " + foreign + " && rmdir " + foreign);
    }
  }

  @Test
  void unstageTakesAwayAllThatIsStackedThere() {
    attached();
    new TestNode(host).stage();
    Shell.run("mount", "--bind", host.staging("v"), host.staging("v"));
    Shell.run("mount", "-t", "tmpfs", "none", host.staging("v"));
    assertThat(host.mounts()).hasSize(3);
    new TestNode(host).unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void unstageOfWhatIsNotThereSucceeds() {
    assertThatCode(() -> new TestNode(host).unstage()).doesNotThrowAnyException();
    attached();
    new TestNode(host).stage();
    new TestNode(host).unstage();
    new TestNode(host).unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(host.staging("v")).isDirectory();
  }

  @Test
  void unstageUnmountsAlsoAnotherDisk() throws IOException {
    attached();
    new TestNode(host).stage();
    new TestNode(host).unstage();
    Disk other = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-U", UUID.randomUUID(), other.path());
    Shell.run("mount", other.path(), host.staging("v"));
    new TestNode(host).unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void unstageOfABusyVolumeIsUncertain() throws IOException {
    Disk disk = attached();
    new TestNode(host).stage();
    try (OutputStream _ = Files.newOutputStream(host.staging("v").resolve("open"))) {
      assertThatThrownBy(() -> new TestNode(host).unstage())
          .isInstanceOf(OutcomeUnknown.class)
          .hasMessageContaining("EBUSY");
      assertThat(host.mounts()).containsExactly(staged(disk));
    }
    new TestNode(host).unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void unstageOfABusyVolumeWhoseDeviceIsGoneIsLazy() throws IOException {
    attached();
    new TestNode(host).stage();
    try (OutputStream _ = Files.newOutputStream(host.staging("v").resolve("open"))) {
      host.remove("vdb");
      new TestNode(host).unstage();
      assertThat(host.mounts()).isEmpty();
    }
  }

  /** An administrator's way out of "target is busy". */
  @Test
  void unstageOfAFilesystemThatAProcessStillWritesToAfterALazyUnmountIsUncertain()
      throws IOException {
    attached();
    TestNode node = new TestNode(host);
    node.stage();
    node.publish(host.target("p"));
    try (OutputStream database = Files.newOutputStream(host.target("p").resolve("file"))) {
      Shell.run("umount", "--lazy", host.target("p"));
      node.unpublish(host.target("p"));
      for (int repeat = 0; repeat < 2; repeat++) {
        assertThatThrownBy(node::unstage)
            .isInstanceOf(OutcomeUnknown.class)
            .hasMessageContaining("its filesystem lives on");
      }
      database.write(1);
    }
    node.unstage();
  }

  @Test
  void unstageOfAVolumeWhoseLetterTheCloudMovedStillSeesThatItIsPublished() throws IOException {
    attached();
    TestNode node = new TestNode(host);
    node.stage();
    node.publish(host.target("p"));
    Files.writeString(host.sysfs().resolve("block/vdb/serial"), "UCLOUD_DISK_VDF\n");
    assertThatThrownBy(node::unstage)
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining("is still mounted at [" + host.target("p") + "]");
    node.unpublish(host.target("p"));
    node.unstage();
  }

  @Test
  void unstageOfAVolumeThatIsStillPublishedIsUncertainAlsoTheSecondTime() {
    attached();
    new TestNode(host).stage();
    new TestNode(host).publish(host.target("p"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> new TestNode(host).unstage())
          .isInstanceOf(OutcomeUnknown.class)
          .hasMessageContaining(host.target("p").toString());
    }
    new TestNode(host).unpublish(host.target("p"));
    new TestNode(host).unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  @Timeout(value = Patience.SECONDS, threadMode = SEPARATE_THREAD)
  void volumeIsUsedWhileTheSerialOfAnotherDiskHangs() throws IOException {
    Disk disk = attached();
    host.attach(host.disk(LoopHost.GIB), "vdc", "vdc");
    TestNode node = new TestNode(host);
    try (HangingSerial _ = new HangingSerial(host, "vdc")) {
      node.stage();
      node.stage();
      assertThat(host.mounts()).containsExactly(staged(disk));
      node.publish(host.target("p"));
      assertThat(node.expand(host.target("p"), LoopHost.GIB)).isEqualTo(LoopHost.GIB);
      node.unpublish(host.target("p"));
      node.unstage();
      assertThat(host.mounts()).isEmpty();
    }
  }

  @Test
  void stageGetsRightAfterAKillAtAnyMoment() {
    KillPoint whole = KillPoint.never();
    attached();
    new TestNode(host, whole).stage();
    new TestNode(host).unstage();
    host.remove("vdb");
    assertThat(whole.moments())
        .contains("after mkfs.ext4", "after mount")
        .as("what was just made and proved needs no check")
        .doesNotContain("before e2fsck");
    for (int moment = 0; moment < whole.moments().size(); moment++) {
      Disk disk = attached();
      KillPoint clock = KillPoint.at(moment);
      assertThatThrownBy(() -> new TestNode(host, clock).stage()).isInstanceOf(Killed.class);
      new TestNode(host).stage();
      assertThat(host.mounts()).as(whole.moments().get(moment)).containsExactly(staged(disk));
      assertThat(disk.blkid("UUID")).isEqualTo(VolumeUuid.of(TestNode.VOLUME).toString());
      new TestNode(host).unstage();
      host.remove("vdb");
    }
  }

  @Test
  void unstageGetsRightAfterAKillAtAnyMoment() {
    attached();
    for (int moment = 0; moment < 2; moment++) {
      new TestNode(host).stage();
      KillPoint clock = KillPoint.at(moment);
      assertThatThrownBy(() -> new TestNode(host, clock).unstage()).isInstanceOf(Killed.class);
      new TestNode(host).unstage();
      assertThat(host.mounts()).isEmpty();
      assertThat(host.state().resolve("bsm-test")).doesNotExist();
    }
  }
}
