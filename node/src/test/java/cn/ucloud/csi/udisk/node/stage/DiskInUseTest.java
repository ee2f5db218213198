package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.ForeignNamespace;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.MountNamespace;
import cn.ucloud.csi.udisk.node.fixture.Partition;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that its host uses behind kubelet's back, when it is to be given away or taken. */
final class DiskInUseTest {
  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  /** One partition with a filesystem, as on a disk that a virtual machine has used. */
  private Path partition(Disk disk) throws IOException {
    Path partition = Partition.add(host, disk, 1, 2048, 204_800).path();
    Shell.run("mkfs.ext4", "-q", partition);
    return partition;
  }

  /** As LVM or dm-crypt leave it; the kernel of a test machine may have no device-mapper. */
  private void hold(String device, String name) throws IOException {
    Files.createDirectories(host.sysfs().resolve("block/vdb/holders").resolve(device));
    Path mapper = Files.createDirectories(host.sysfs().resolve("block").resolve(device));
    Files.writeString(Files.createDirectories(mapper.resolve("dm")).resolve("name"), name + "\n");
  }

  private void assertKept(String says) {
    for (int twice = 0; twice < 2; twice++) {
      assertThatThrownBy(() -> node().unstage())
          .isInstanceOf(OutcomeUnknown.class)
          .hasMessageContaining(says);
    }
  }

  /** To open the table of that namespace never ends. */
  @ParameterizedTest
  @EnumSource
  @Timeout(value = 120, threadMode = SEPARATE_THREAD)
  void unstageOfADiskThatIsFreeReadsNoTableOfAnotherNamespace(FilesystemType type)
      throws IOException {
    attached();
    TestNode node =
        TestNode.seeing(host, ForeignNamespace.in(host.sysfs().resolveSibling("other")).proc());
    node.stage(type);
    node.publish(host.target("p"));
    node.unpublish(host.target("p"));
    node.unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rawVolumeOnWhichLvmIsActiveIsNotUnstaged(boolean readOnly) throws IOException {
    Disk disk = attached();
    node().stageRaw(readOnly);
    hold("dm-0", "vg0-data");
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertKept("is still in use, by [dm-0 (vg0-data)]");
      assertThat(host.state().resolve("bsm-test")).exists();
      assertThat(Shell.run("blockdev", "--getro", disk.path())).isEqualTo(readOnly ? "1" : "0");
    }
    node().unstage();
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
  }

  @Test
  void filesystemUponWhichADeviceWasBuiltAfterALazyUnmountIsNotUnstaged() throws IOException {
    Disk disk = attached();
    node().stage();
    Shell.run("umount", host.staging("v"));
    hold("dm-1", "backup");
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertKept("its filesystem lives on: " + host.dev().resolve("vdb"));
      assertKept("[dm-1 (backup)]");
    }
    node().unstage();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void diskThatAnotherProgramHoldsIsNotStagedAndTheHolderIsNamed(boolean blank) throws IOException {
    Disk disk = attached();
    if (!blank) {
      node().stage();
      node().unstage();
    }
    hold("dm-1", "backup");
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertThatThrownBy(() -> node().stage()).hasMessageContaining("[dm-1 (backup)]");
    }
    node().stage();
  }

  @Test
  void rawVolumeThatAProcessHasOpenedForItselfAloneIsNotUnstaged() {
    Disk disk = attached();
    node().stageRaw(false);
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertKept("opened the disk for itself alone");
    }
    node().unstage();
  }

  @Test
  void rawVolumeWithAPartitionThatIsMountedOnTheHostIsNotUnstaged() throws IOException {
    Disk disk = attached();
    node().stageRaw(false);
    Path partition = partition(disk);
    Path elsewhere = Files.createDirectories(host.kubelet().resolve("elsewhere"));
    Shell.run("mount", partition, elsewhere);
    assertKept("is still mounted at [" + elsewhere + " (vdb1)]");
    try (MountNamespace namespace = MountNamespace.copy()) {
      Shell.run("umount", elsewhere);
      assertKept("in mount namespace " + namespace.name());
    }
    // The kernel takes a namespace away some time after its last process.
    await().untilAsserted(() -> node().unstage());
  }

  @Test
  void diskWithAPartitionThatIsMountedOnTheHostBecomesNoRawVolume() throws IOException {
    Path partition = partition(attached());
    Path elsewhere = Files.createDirectories(host.kubelet().resolve("elsewhere"));
    Shell.run("mount", partition, elsewhere);
    assertThatThrownBy(() -> node().stageRaw(false))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(elsewhere + " (vdb1)");
    Shell.run("umount", elsewhere);
    node().stageRaw(false);
  }
}
