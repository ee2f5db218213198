package cn.ucloud.csi.udisk.node.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankCheck;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import cn.ucloud.csi.udisk.node.blank.BlkidProbe;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.device.AttachedDisks;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.DiskHolders;
import cn.ucloud.csi.udisk.node.device.MetadataDeviceCheck;
import cn.ucloud.csi.udisk.node.filesystem.Filesystems;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.linux.ExclusiveHold;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A format that was cut short: finished where that is certainly right, refused elsewhere. */
final class FormatterTest {
  private static final VolumeId VOLUME = new VolumeId("bsm-test");
  private static final String STAMP = VolumeUuid.of(VOLUME).toString();

  @RegisterExtension final LoopHost host = new LoopHost();

  private final ProcessCommandRunner real = new ProcessCommandRunner();

  /** Leaves behind what a mkfs does that is killed before it writes the first superblock. */
  private final class MkfsThatFails implements CommandRunner {
    private final RuntimeException failure;

    MkfsThatFails(RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public CommandResult run(Duration limit, List<String> command) {
      CommandResult result = real.run(limit, command);
      if (command.getFirst().equals("mkfs.ext4")) {
        Shell.run("dd", "if=/dev/zero", "of=" + command.getLast(), "bs=4096", "count=1");
        throw failure;
      }
      return result;
    }
  }

  private CommandResult withoutMkfs(Duration limit, List<String> command) {
    if (command.getFirst().equals("mkfs.ext4")) {
      throw new HostRefused("cannot run mkfs.ext4");
    }
    return real.run(limit, command);
  }

  private Formatter formatter(CommandRunner commands) {
    return formatter(commands, "this-boot");
  }

  private Formatter formatter(CommandRunner commands, String boot) {
    BlkidProbe blkid = new BlkidProbe(commands);
    return new Formatter(
        new DiskHolders(new SysBlock(host.sysfs())),
        new MetadataDeviceCheck(() -> AttachedDisks.NONE),
        blkid,
        new BlankCheck(blkid),
        new Filesystems(commands, host.sysfs(), _ -> true),
        new StateDirectory(host.state(), boot));
  }

  private static Owner ensure(Formatter formatter, BlockDevice device) {
    return ensure(formatter, FilesystemType.EXT4, device);
  }

  private static Owner ensure(Formatter formatter, FilesystemType type, BlockDevice device) {
    FormatSpec spec =
        new FormatSpec(
            new AllowedUuids(VOLUME, Optional.empty()),
            type,
            MkfsOptions.NONE,
            Optional.of(DiskSize.ofGib(1)),
            Optional.of(BlankRule.ZEROS));
    return formatter.ensure(spec, device).owner();
  }

  private Disk cutShort() {
    Disk disk = host.disk(LoopHost.GIB);
    HostTimedOut failure = new HostTimedOut("mkfs.ext4", Duration.ofSeconds(1));
    assertThatThrownBy(() -> ensure(formatter(new MkfsThatFails(failure)), device(disk)))
        .isSameAs(failure);
    assertThat(disk.blkid("TYPE")).isEmpty();
    return disk;
  }

  private static BlockDevice device(Disk disk) {
    return disk.asDevice("UCLOUD_DISK_VDB");
  }

  @Test
  void cutShortInThisAttachmentIsDoneAgain() {
    Disk disk = cutShort();
    assertThat(ensure(formatter(real), device(disk))).isEqualTo(Owner.THIS_VOLUME);
    assertThat(disk.blkid("UUID")).isEqualTo(STAMP);
    assertThat(host.state().resolve(".formatting/bsm-test")).doesNotExist();
  }

  @Test
  void cutShortBeforeADetachIsRefused() {
    Disk disk = cutShort();
    BlockDevice device = device(disk);
    DeviceIdentity later =
        new DeviceIdentity(
            device.identity().serial(),
            device.number(),
            OptionalLong.of(device.identity().diskseq().orElseThrow() + 1));
    assertRefused(formatter(real), new BlockDevice(device.node(), later, device.bytes()), disk);
  }

  @Test
  void cutShortBeforeARebootIsRefused() {
    Disk disk = cutShort();
    assertRefused(formatter(real, "next-boot"), device(disk), disk);
  }

  @Test
  void cutShortOnAKernelWithoutSequenceNumbersIsRefused() {
    Disk disk = host.disk(LoopHost.GIB);
    BlockDevice device = device(disk);
    BlockDevice old =
        new BlockDevice(
            device.node(),
            new DeviceIdentity(device.identity().serial(), device.number(), OptionalLong.empty()),
            device.bytes());
    assertThatThrownBy(
            () -> ensure(formatter(new MkfsThatFails(new OutcomeUnknown("killed"))), old))
        .isInstanceOf(OutcomeUnknown.class);
    assertRefused(formatter(real), old, disk);
  }

  private void assertRefused(Formatter formatter, BlockDevice device, Disk disk) {
    String before = disk.digest();
    assertThatThrownBy(() -> ensure(formatter, device))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("wipe it by hand");
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void finishedButNotAcknowledgedIsNotDoneAgain() {
    Disk disk = cutShort();
    Shell.run("mkfs.ext4", "-q", "-U", STAMP, disk.path());
    Shell.run("debugfs", "-w", "-R", "write /etc/hostname proof", disk.path());
    String before = disk.digest();
    assertThat(ensure(formatter(real), device(disk))).isEqualTo(Owner.THIS_VOLUME);
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void finishedAndMountedBySomebodyIsNeverDoneAgain() {
    Disk disk = cutShort();
    Shell.run("mkfs.ext4", "-q", "-U", STAMP, disk.path());
    Shell.run("mount", disk.path(), host.kubelet());
    Shell.run("umount", host.kubelet());
    Shell.run("debugfs", "-w", "-R", "clri <2>", disk.path());
    String before = disk.digest();
    assertThat(ensure(formatter(real), device(disk))).isEqualTo(Owner.THIS_VOLUME);
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void anotherFilesystemMadeMeanwhileIsRefused() {
    Disk disk = cutShort();
    Shell.run("mkfs.ext4", "-q", disk.path());
    String before = disk.digest();
    assertThatThrownBy(() -> ensure(formatter(real), device(disk)))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("changed by somebody");
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void diskThatSomebodyHoldsIsNotFormatted() {
    Disk disk = host.disk(LoopHost.GIB);
    try (ExclusiveHold _ = ExclusiveHold.of(disk.path())) {
      assertThatThrownBy(() -> ensure(formatter(real), device(disk)))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("in use");
    }
    assertThat(disk.blkid("TYPE")).isEmpty();
  }

  @Test
  void whatWasWrittenAfterMkfsCouldNotBeStartedIsNotFormattedOver() {
    Disk disk = host.disk(LoopHost.GIB);
    assertThatThrownBy(() -> ensure(formatter(this::withoutMkfs), device(disk)))
        .isInstanceOf(HostRefused.class);
    assertThat(host.state().resolve(".formatting/bsm-test")).doesNotExist();
    Shell.run("dd", "if=/dev/urandom", "of=" + disk.path(), "bs=4096", "count=1", "seek=100");
    String before = disk.digest();
    assertThatThrownBy(() -> ensure(formatter(real), device(disk)))
        .isInstanceOf(PreconditionFailed.class);
    assertThat(disk.digest()).isEqualTo(before);
  }

  @Test
  void diskThatMayBeHalfFormattedStaysSoIfMkfsCannotBeStartedAgain() {
    Disk disk = cutShort();
    assertThatThrownBy(() -> ensure(formatter(this::withoutMkfs), device(disk)))
        .isInstanceOf(HostRefused.class);
    assertThat(ensure(formatter(real), device(disk))).isEqualTo(Owner.THIS_VOLUME);
  }

  @Test
  void mkfsThatReportsFailureIsUncertainAndCanBeRepeated() {
    Disk disk = host.disk(LoopHost.GIB);
    CommandRunner failing =
        (limit, command) ->
            command.getFirst().equals("mkfs.ext4")
                ? new CommandResult(command, 1, "", "no space in the store")
                : real.run(limit, command);
    assertThatThrownBy(() -> ensure(formatter(failing), device(disk)))
        .isInstanceOf(DriverException.Uncertain.class)
        .hasMessageContaining("exit code 1: no space in the store");
    assertThat(ensure(formatter(real), device(disk))).isEqualTo(Owner.THIS_VOLUME);
  }

  @Test
  void xfsThatIsMarkedAsBeingMadeIsMadeAgainAndAWholeOneIsNot() {
    Disk disk = host.disk(LoopHost.GIB);
    OutcomeUnknown killed = new OutcomeUnknown("killed");
    CommandRunner afterwards =
        (limit, command) -> {
          CommandResult result = real.run(limit, command);
          if (command.getFirst().equals("mkfs.xfs")) {
            throw killed;
          }
          return result;
        };
    assertThatThrownBy(() -> ensure(formatter(afterwards), FilesystemType.XFS, device(disk)))
        .isSameAs(killed);
    Shell.run("xfs_db", "-x", "-c", "sb 0", "-c", "write -c inprogress 1", disk.path());
    assertThatThrownBy(() -> ensure(formatter(afterwards), FilesystemType.XFS, device(disk)))
        .isSameAs(killed);
    String whole = disk.digest();
    assertThat(ensure(formatter(afterwards), FilesystemType.XFS, device(disk)))
        .isEqualTo(Owner.THIS_VOLUME);
    assertThat(disk.digest()).isEqualTo(whole);
  }
}
