package cn.ucloud.csi.udisk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.node.command.Bounds;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.command.CommandRunner;
import cn.ucloud.csi.udisk.node.command.ProcessCommandRunner;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.filesystem.superblock.Ext4Superblock;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.program.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much memory e2fsck gets, and what becomes of it where that is not enough. */
final class Ext4CheckTest {
  private static final long MIB = 1L << 20;
  private static final long BRIEF_OF_1_GIB = 8 * MIB + 1024;

  @RegisterExtension final LoopHost host = new LoopHost();

  private final List<Bounds> given = new ArrayList<>();

  private final class Recording implements CommandRunner {
    private final CommandRunner programs = new ProcessCommandRunner();

    @Override
    public CommandResult run(Duration limit, List<String> command) {
      return programs.run(limit, command);
    }

    @Override
    public CommandResult run(Bounds bounds, List<String> command) {
      given.add(bounds);
      return programs.run(bounds, command);
    }
  }

  private Ext4Check check(long limit) {
    return new Ext4Check(new Programs(new Recording(), limit, _ -> true));
  }

  private BlockDevice ext4(String... options) {
    Disk disk = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", disk.path());
    for (String option : options) {
      Shell.run("tune2fs", "-E", option, disk.path());
    }
    return disk.asDevice("UCLOUD_DISK_VDB");
  }

  @Test
  void oneThatWasMountedWhenItsHostDiedOnlyGetsItsJournalReplayed() {
    Disk disk = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", disk.path());
    Shell.run("mount", disk.path(), host.kubelet());
    Shell.run("cp", "/etc/passwd", host.kubelet());
    Shell.run("sync", "--file-system", host.kubelet());
    Disk copy = host.copyOf(disk);
    CommandResult result = check(512 * MIB).run(copy.asDevice("UCLOUD_DISK_VDC"), "-p");
    assertThat(result.output()).contains("recovering journal").contains("clean");
    assertThat(given).extracting(Bounds::memory).containsExactly(BRIEF_OF_1_GIB);
    assertThat(Shell.run("dumpe2fs", "-h", copy.path())).doesNotContain("needs_recovery");
  }

  @Test
  void oneWithErrorsIsCheckedWholeWithMapsOfKnownSize() {
    assertThat(check(512 * MIB).run(ext4("force_fsck"), "-p").exitCode()).isZero();
    assertThat(given).hasSize(1);
    assertThat(given.getFirst().memory()).isBetween(16 * MIB, 20 * MIB);
    assertThat(given.getFirst().environment()).containsOnlyKeys("E2FSCK_CONFIG");
  }

  @Test
  void oneThatNeedsMoreThanReplayingUsuallyDoesIsCheckedAnewWithMore() {
    CommandResult result = check(40 * MIB).run(ext4(), "-p", "-f");
    assertThat(result.exitCode()).isZero();
    CheckMemory need = CheckMemory.of(Ext4Superblock.read(ext4()));
    assertThat(need.withArrays()).isGreaterThan(given.getLast().memory());
    assertThat(given.getLast().environment()).as("maps as trees").isEmpty();
  }

  @Test
  void oneThatGetsTooLittleFailsByItselfAndTheSentenceSaysWhatHelps() throws IOException {
    Disk disk = host.disk(LoopHost.GIB);
    Shell.run("mkfs.ext4", "-q", "-O", "^metadata_csum,^uninit_bg", disk.path());
    Path fragments = host.state().resolve("fragments");
    Files.write(
        fragments, IntStream.range(20_000, 100_000).mapToObj(i -> "setb " + 2 * i).toList());
    Shell.run("debugfs", "-w", "-f", fragments, disk.path());
    Shell.run("tune2fs", "-E", "force_fsck", disk.path());
    BlockDevice device = disk.asDevice("UCLOUD_DISK_VDB");
    assertThatThrownBy(() -> check(4 * MIB).run(device, "-p"))
        .isInstanceOf(HostRefused.class)
        .hasMessageStartingWith("not enough memory to check the filesystem of " + device)
        .hasMessageContaining("node.resources.limits.memory of the chart) to 256Mi")
        .hasMessageContaining(
            "needs more than the 1 MiB that it had (e2fsck -p " + device.node() + " ended");
    assertThat(check(512 * MIB).run(device, "-p").exitCode()).isEqualTo(1);
  }

  @Test
  void oneThatCertainlyNeedsMoreThanThereIsIsNotStarted() {
    Disk disk = host.disk(32_000 * LoopHost.GIB);
    Shell.run(
        "mkfs.ext4", "-q", "-F", "-i", "16384", "-E", "nodiscard,lazy_itable_init=1", disk.path());
    BlockDevice device = disk.asDevice("UCLOUD_DISK_VDB");
    assertThatThrownBy(() -> check(512 * MIB).run(device, "-p", "-f"))
        .isInstanceOf(HostRefused.class)
        .hasMessageContaining("to 1024Mi, or run e2fsck by hand")
        .hasMessageContaining("e2fsck needs at least 640 MiB, and has 288 MiB;");
    assertThat(given).isEmpty();
  }

  /** What e2fsck 1.47 said of a disk of which a sector could not be read. */
  @Test
  void errorOfTheDiskIsNoDamageThatIsToBeRepairedByHand() {
    CommandRunner failing =
        (_, command) ->
            new CommandResult(
                command,
                4,
                """
                Error reading block 37 (Input/output error).

                /dev/vda: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY.
                \t(i.e., without -a or -p options)
                """,
                "");
    BlockDevice device = ext4();
    assertThatThrownBy(
            () -> new Ext4Check(new Programs(failing, 512 * MIB, _ -> true)).run(device, "-p"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("as long as its disk answers with errors: Error reading block 37")
        .hasMessageNotContaining("MANUALLY");
  }
}
