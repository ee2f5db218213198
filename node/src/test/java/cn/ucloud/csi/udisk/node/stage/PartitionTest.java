package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeContext;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.KillPoint;
import cn.ucloud.csi.udisk.node.fixture.Killed;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Partition;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.request.StatsQuery;
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import cn.ucloud.csi.udisk.node.space.VolumeStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code partition: "1"}: a disk that was used on a virtual machine, with its one partition. */
final class PartitionTest {
  private static final long SECTOR = 512;
  private static final long START = 2048;
  private static final long OLD = LoopHost.GIB;
  private static final long NEW = 2 * LoopHost.GIB;

  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(OLD);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private Partition divided(Disk disk) throws IOException {
    return Partition.add(host, disk, 1, START, OLD / SECTOR - START);
  }

  private static void format(Partition partition, FilesystemType type) {
    Shell.run("mkfs." + type, type == FilesystemType.EXT4 ? "-q" : "-f", partition.path());
  }

  private StageCommand command(VolumeUse use) {
    StageCommand plain = node().stageCommand();
    return new StageCommand(
        plain.volume(),
        plain.stagingPath(),
        use,
        plain.context(),
        VolumeContext.from(Map.of("partition", "1"), Optional.empty()));
  }

  private void stage(FilesystemType type) {
    stage(node(), type);
  }

  private void stage(TestNode node, FilesystemType type) {
    node.stage(command(new VolumeUse.Filesystem(type, MountOptions.NONE)));
  }

  @ParameterizedTest
  @EnumSource
  void onlyPartitionIsUsedLikeADisk(FilesystemType type) throws IOException {
    Partition partition = divided(attached());
    format(partition, type);
    for (int twice = 0; twice < 2; twice++) {
      stage(type);
      node().publish(host.target("p"));
    }
    Files.writeString(host.target("p").resolve("file"), "kept");
    assertThat(node().stats().read(new StatsQuery(TestNode.VOLUME, host.target("p"))))
        .isInstanceOf(VolumeStats.Stats.Filesystem.class);
    assertThatThrownBy(() -> node().unstage()).isInstanceOf(OutcomeUnknown.class);
    node().unpublish(host.target("p"));
    node().unstage();
    assertThat(host.mounts()).isEmpty();
    assertThat(host.state().resolve("bsm-test")).doesNotExist();
    node().stage(command(new VolumeUse.Filesystem(type, MountOptions.NONE.readOnly())));
    assertThat(host.staging("v").resolve("file")).hasContent("kept");
  }

  @Test
  void stagingGetsRightAfterAKillAtAnyMoment() throws IOException {
    format(divided(attached()), FilesystemType.EXT4);
    int moments = 1;
    for (int moment = 0; moment < moments; moment++) {
      try {
        stage(new TestNode(host, KillPoint.at(moment)), FilesystemType.EXT4);
      } catch (Killed _) {
        moments = moment + 2;
      }
      stage(FilesystemType.EXT4);
      assertThat(host.mounts()).as("moment %s", moment).hasSize(1);
      node().unstage();
    }
    assertThat(moments).isGreaterThan(2);
  }

  @Test
  void blankPartitionIsNeverFormatted() throws IOException {
    Disk disk = attached();
    divided(disk);
    String before = disk.digest();
    assertThatThrownBy(() -> stage(FilesystemType.EXT4))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("vdb1")
        .hasMessageContaining("neither mounted nor formatted");
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void diskThatGrewIsUsedOnceItsPartitionWasMadeLargerByHand() throws IOException {
    Disk disk = attached();
    Partition partition = divided(disk);
    format(partition, FilesystemType.XFS);
    stage(FilesystemType.XFS);
    host.enlarge(disk, "vdb", NEW);
    assertThatThrownBy(() -> node().expand(host.staging("v"), NEW))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("'growpart " + host.dev().resolve("vdb") + " 1'");
    partition.enlarge(NEW / SECTOR - START);
    assertThat(node().expand(host.staging("v"), NEW)).isEqualTo(NEW);
    assertThat(Files.getFileStore(host.staging("v")).getTotalSpace()).isGreaterThan(NEW * 9 / 10);
  }

  @Test
  void diskWithOtherPartitionsIsForbiddenAndOneWithoutAnyIsUnavailable() throws IOException {
    Disk disk = attached();
    assertThatThrownBy(() -> stage(FilesystemType.EXT4))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("has no partitions");
    Partition.add(host, disk, 1, START, START);
    Partition.add(host, disk, 2, 2 * START, START);
    assertThatThrownBy(() -> stage(FilesystemType.EXT4))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("which has [1, 2]");
  }

  @Test
  void partitionIsNoRawVolume() throws IOException {
    divided(attached());
    assertThatThrownBy(() -> node().stage(command(new VolumeUse.Raw(false))))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("a raw volume is a whole disk");
  }

  /** A disk is detached with all that is on it. */
  @Test
  void otherPartitionThatIsMountedOnTheHostKeepsTheVolumeFromBeingUnstaged() throws IOException {
    Disk disk = attached();
    Partition partition = Partition.add(host, disk, 1, START, OLD / SECTOR / 2);
    format(partition, FilesystemType.EXT4);
    stage(FilesystemType.EXT4);
    Partition other = Partition.add(host, disk, 2, OLD / SECTOR / 2 + START, 4 * START);
    format(other, FilesystemType.EXT4);
    Path elsewhere = Files.createDirectories(host.kubelet().resolve("elsewhere"));
    Shell.run("mount", other.path(), elsewhere);
    assertThatThrownBy(() -> node().unstage())
        .isInstanceOf(OutcomeUnknown.class)
        .hasMessageContaining(elsewhere + " (vdb2)");
    Shell.run("umount", elsewhere);
    node().unstage();
  }
}
