package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.Access;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.StatsQuery;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import cn.ucloud.csi.udisk.node.space.VolumeStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mount options that change what is seen of a filesystem, or that the kernel refuses. */
final class MountAsAskedTest {
  private static final long LARGER = 2 * LoopHost.GIB;

  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private void stage(FilesystemType type, String... flags) {
    StageCommand plain = node().stageCommand();
    node()
        .stage(
            plain.with(new VolumeUse.Filesystem(type, MountOptions.parse(List.of(flags)), true)));
  }

  /** A btrfs with a file in its only subvolume, as of a disk that another system has used. */
  private Disk withSubvolume(String name, boolean byDefault) throws IOException {
    Disk disk = attached();
    Shell.run("mkfs.btrfs", "-f", "-q", disk.path());
    Path by = Files.createDirectories(host.kubelet().resolve("by-hand"));
    Shell.run("mount", disk.path(), by);
    Shell.run("btrfs", "subvolume", "create", by.resolve(name));
    Files.writeString(by.resolve(name + "/file"), "seen");
    if (byDefault) {
      Shell.run("btrfs", "subvolume", "set-default", by.resolve(name));
    }
    Shell.run("umount", by);
    return disk;
  }

  private void liveWith(Disk disk, String... flags) throws IOException {
    for (int twice = 0; twice < 2; twice++) {
      stage(FilesystemType.BTRFS, flags);
      node().publish(host.target("p"));
    }
    assertThat(host.target("p").resolve("file")).hasContent("seen");
    assertThat(node().stats().read(new StatsQuery(TestNode.VOLUME, host.target("p"))))
        .isInstanceOf(VolumeStats.Stats.Filesystem.class);
    host.enlarge(disk, "vdb", LARGER);
    assertThat(node().expand(host.target("p"), LARGER)).isEqualTo(LARGER);
    assertThat(Files.getFileStore(host.target("p")).getTotalSpace()).isEqualTo(LARGER);
    node().unpublish(host.target("p"));
    node().unstage();
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void btrfsWithADefaultSubvolumeIsUsedThroughIt() throws IOException {
    liveWith(withSubvolume("home, sweet", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"subvolid=256", "noatime,subvol=home"})
  void btrfsIsUsedThroughTheSubvolumeThatIsAskedFor(String flag) throws IOException {
    liveWith(withSubvolume("home", false), flag);
  }

  @Test
  void directoryThatIsBoundToTheStagingPathIsStillNoVolume() throws IOException {
    withSubvolume("home, sweet", true);
    stage(FilesystemType.BTRFS);
    Path inside = Files.createDirectories(host.staging("v").resolve("inside"));
    Shell.run("mount", "--bind", inside, host.staging("v"));
    assertThatThrownBy(() -> node().publish(host.target("p")))
        .hasMessageContaining("is not staged at");
  }

  @ParameterizedTest
  @EnumSource
  void optionThatTheKernelRefusesIsNamedAndItsValueIsNot(FilesystemType type) {
    attached();
    assertThatThrownBy(() -> stage(type, "noatime", "swordfish=secret"))
        .isInstanceOf(HostRefused.class)
        .hasMessageContaining("[swordfish]")
        .message()
        .doesNotContain("secret");
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void optionsWithBlanksAndForMountAloneDoNotReachTheKernel() {
    attached();
    stage(
        FilesystemType.XFS,
        " noatime ",
        "nodev, nosymfollow",
        "iversion",
        "comment=of a person",
        "X-mount.mkdir=0755");
    assertThat(Shell.run("grep", host.staging("v"), "/proc/self/mountinfo"))
        .contains("nodev", "noatime", "nosymfollow");
    node().publish(host.target("p"), Access.MANY_WRITERS, "ro");
    assertThat(Shell.run("grep", host.target("p"), "/proc/self/mountinfo"))
        .contains("ro,", "nodev", "nosymfollow");
  }
}
