package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.model.QueueSettings.Setting;
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
import cn.ucloud.csi.udisk.node.request.VolumeUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code readAheadKb}, {@code ioScheduler} and {@code maxSectorsKb}, on the queues of real loop
 * devices.
 */
final class TunedDiskTest {
  private static final QueueSettings WANTED =
      new QueueSettings(
          Map.of(
              Setting.READ_AHEAD, "64",
              Setting.SCHEDULER, "mq-deadline",
              Setting.MAX_SECTORS, "256"));

  private static final VolumeUse RAW = new VolumeUse.Raw(false);

  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    assumeTrue(
        Files.isWritable(file(disk, Setting.SCHEDULER)),
        "the settings of disks need a writable sysfs");
    // Whoever had this loop device before may have left it so.
    write(disk, Setting.SCHEDULER, "none");
    write(disk, Setting.READ_AHEAD, "128");
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private static Path file(Disk disk, Setting setting) {
    return disk.sysfs().resolve("queue").resolve(setting.file());
  }

  private static void write(Disk disk, Setting setting, String value) {
    try {
      Files.writeString(file(disk, setting), value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String value(Disk disk, Setting setting) {
    try {
      return Files.readString(file(disk, setting)).strip().replaceAll(".*\\[|\\].*", "");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<Setting, String> values(Disk disk) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, value(disk, setting));
    }
    return values;
  }

  private StageCommand command(QueueSettings settings) {
    StageCommand plain = node().stageCommand();
    return with(plain, plain.origin().with(settings));
  }

  private static StageCommand with(StageCommand plain, VolumeContext origin) {
    return new StageCommand(
        plain.volume(), plain.stagingPath(), plain.use(), plain.context(), origin);
  }

  private static QueueSettings only(Setting setting, String value) {
    return new QueueSettings(Map.of(setting, value));
  }

  @Test
  void aDiskIsTreatedAsTheClassSaysWhileItIsStagedAndAsBeforeAfterwards() {
    Disk disk = attached();
    Map<Setting, String> before = values(disk);
    for (StageCommand command : List.of(command(WANTED), command(WANTED).with(RAW))) {
      node().stage(command);
      assertThat(values(disk)).isEqualTo(WANTED.values());
      node().unstage();
      assertThat(values(disk)).isEqualTo(before);
    }
    assertThat(host.state().resolve(".queue")).isEmptyDirectory();
  }

  @Test
  void whatIsStagedWithoutSettingsIsLeftAlone() {
    Disk disk = attached();
    write(disk, Setting.READ_AHEAD, "512");
    node().stage();
    assertThat(value(disk, Setting.READ_AHEAD)).isEqualTo("512");
    node().unstage();
    assertThat(value(disk, Setting.READ_AHEAD)).isEqualTo("512");
    assertThat(host.state().resolve(".queue")).doesNotExist();
  }

  @Test
  void theNextProcessSetsAgainWhatWasChangedMeanwhileAndStillKnowsWhatWasBefore() {
    Disk disk = attached();
    Map<Setting, String> before = values(disk);
    for (VolumeUse use : List.of(command(WANTED).use(), RAW)) {
      node().stage(command(WANTED).with(use));
      write(disk, Setting.READ_AHEAD, "32");
      node().stage(command(WANTED).with(use));
      assertThat(values(disk)).isEqualTo(WANTED.values());
      node().unstage();
      assertThat(values(disk)).isEqualTo(before);
    }
  }

  @Test
  void aDiskThatComesBackIsAnotherAndIsSetAgain() {
    Disk disk = attached();
    node().stage(command(WANTED).with(RAW));
    Disk again = host.reattach(disk, "vdb", "vdb");
    write(again, Setting.READ_AHEAD, "512");
    node().stage(command(WANTED).with(RAW));
    assertThat(values(again)).isEqualTo(WANTED.values());
    node().unstage();
    assertThat(value(again, Setting.READ_AHEAD)).isEqualTo("512");
  }

  @Test
  void theDiskThatHasTheLetterNowIsNotTouched() {
    Disk disk = attached();
    node().stage(command(WANTED).with(RAW));
    host.remove("vdb");
    Disk other = host.disk(LoopHost.GIB);
    write(other, Setting.SCHEDULER, "none");
    host.attach(other, "vdb", "vdb");
    Map<Setting, String> before = values(other);
    node().unstage();
    assertThat(values(other)).isEqualTo(before);
    assertThat(values(disk)).as("nobody can say whose it is").isEqualTo(WANTED.values());
  }

  @Test
  void killedBeforeTheMountTheNextProcessUndoesIt() {
    Disk disk = attached();
    Map<Setting, String> before = values(disk);
    node().stage();
    node().unstage();
    KillPoint whole = KillPoint.never();
    new TestNode(host, whole).stage(command(WANTED));
    node().unstage();
    int mount = whole.moments().indexOf("before mount");
    assertThatThrownBy(() -> new TestNode(host, KillPoint.at(mount)).stage(command(WANTED)))
        .isInstanceOf(Killed.class);
    assertThat(values(disk)).isEqualTo(WANTED.values());
    node().unstage();
    assertThat(values(disk)).isEqualTo(before);
  }

  @Test
  void aSchedulerThatTheKernelDoesNotHaveIsRefusedWithThoseThatItHas() {
    Disk disk = attached();
    Map<Setting, String> before = values(disk);
    QueueSettings strange =
        new QueueSettings(Map.of(Setting.READ_AHEAD, "64", Setting.SCHEDULER, "anticipatory"));
    for (StageCommand command : List.of(command(strange), command(strange).with(RAW))) {
      assertThatThrownBy(() -> node().stage(command))
          .isInstanceOf(PreconditionFailed.class)
          .hasMessageMatching(
              "volume bsm-test is to have ioScheduler anticipatory, which the kernel of this node"
                  + " does not offer for .*/dev/vdb; it offers .*none.*");
      assertThat(values(disk)).isEqualTo(before);
      assertThat(host.mounts()).isEmpty();
      assertThat(host.state().resolve("bsm-test")).doesNotExist();
    }
  }

  @Test
  void moreThanTheDiskTakesAtOnceIsRefusedWithWhatItTakes() throws IOException {
    Disk disk = attached();
    Map<Setting, String> before = values(disk);
    String most = Files.readString(disk.sysfs().resolve("queue/max_hw_sectors_kb")).strip();
    assertThatThrownBy(() -> node().stage(command(only(Setting.MAX_SECTORS, "65536"))))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessage(
            "volume bsm-test is to have maxSectorsKb 65536, but %s takes at most %s on this node"
                .formatted(host.dev().resolve("vdb"), most));
    assertThat(values(disk)).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
  }

  @Test
  void aVolumeThatCannotBeMountedLeavesItsDiskAsItWas() {
    Disk disk = attached();
    node().stage();
    node().unstage();
    Map<Setting, String> before = values(disk);
    VolumeUse unmountable =
        new VolumeUse.Filesystem(FilesystemType.EXT4, MountOptions.parse(List.of("nonsense")));
    assertThatThrownBy(() -> node().stage(command(WANTED).with(unmountable)))
        .isInstanceOf(HostRefused.class);
    assertThat(values(disk)).isEqualTo(before);
    assertThat(host.state().resolve(".queue")).isEmptyDirectory();
  }

  /** Linux raises it with the size of requests. */
  @Test
  void noReadAheadStaysNoneWhateverTheSizeOfRequests() {
    Disk disk = attached();
    node()
        .stage(
            command(new QueueSettings(Map.of(Setting.READ_AHEAD, "0", Setting.MAX_SECTORS, "512")))
                .with(RAW));
    assertThat(value(disk, Setting.READ_AHEAD)).isEqualTo("0");
    node().unstage();
    write(disk, Setting.READ_AHEAD, "4");
    node().stage(command(only(Setting.MAX_SECTORS, "256")).with(RAW));
    assertThat(value(disk, Setting.READ_AHEAD)).isEqualTo("4");
    node().unstage();
    assertThat(value(disk, Setting.READ_AHEAD)).isEqualTo("4");
  }

  @Test
  void ofAPartitionTheDiskIsSet() throws IOException {
    Disk disk = attached();
    Map<Setting, String> before = values(disk);
    Partition partition = Partition.add(host, disk, 1, 2048, LoopHost.GIB / 512 - 2048);
    Shell.run("mkfs.ext4", "-q", partition.path());
    VolumeContext first = VolumeContext.from(Map.of("partition", "1"), Optional.empty());
    node().stage(with(command(WANTED), first.with(WANTED)));
    assertThat(values(disk)).isEqualTo(WANTED.values());
    node().unstage();
    assertThat(values(disk)).isEqualTo(before);
  }
}
