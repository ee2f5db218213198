package cn.ucloud.csi.udisk.node.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Filesystems whose check needs more memory than the node's container may have. */
final class CheckInGuestTest {
  /**
   * Leaves every second of so many blocks of a file, which then is in half as many pieces. It
   * prints now and then, because who does nothing of that kind counts as hanging.
   */
  private static final String FRAGMENT =
      """
      open F, '>', $ARGV[0] or die $!;
      my ($fallocate, $punch, $blocks) = (285, 3, 2_000_000);
      syscall($fallocate, fileno F, 0, 0, $blocks * 4096) == 0 or die $!;
      $| = 1;
      for (my $i = 0; $i < $blocks; $i += 2) {
        print '.' unless $i % 10_000;
        syscall($fallocate, fileno F, $punch, $i * 4096, 4096) == 0 or die $!;
      }
      """;

  private static final int BLOCK = 4096;

  @RegisterExtension final LoopHost host = new LoopHost();

  @TempDir private Path directory;

  @Test
  void checkThatNeedsMoreMemoryThanThereIsIsRefusedAndTheNodeProcessLivesOn() throws Exception {
    Assumptions.assumeTrue(
        "amd64".equals(System.getProperty("os.arch")), "the virtual machine is an amd64");
    Guest guest =
        new Guest(directory)
            .withDisk("UCLOUD_DISK_VDB", withErrors().file())
            .withDisk("UCLOUD_DISK_VDC", fragmented().file())
            .withDisk("UCLOUD_DISK_VDD", withJournal().file())
            .withDisk("UCLOUD_DISK_VDE", LoopHost.GIB);
    assertThat(guest.run(CheckInGuest.class)).contains(CheckInGuest.PASSED);
  }

  /** Empty, but with as many inodes as it can have, each of which takes memory. */
  private Disk ext4(long gib) {
    Disk disk = host.disk(gib * LoopHost.GIB);
    String extended = "nodiscard,assume_storage_prezeroed=1,lazy_journal_init=1";
    Shell.run("mkfs.ext4", "-q", "-i", "4096", "-E", extended, disk.path());
    return disk;
  }

  private Disk withErrors() {
    Disk disk = ext4(6000);
    Shell.run("debugfs", "-w", "-R", "set_super_value state 2", disk.path());
    return disk;
  }

  private Disk fragmented() {
    Disk disk = ext4(1000);
    Shell.run("mount", disk.path(), host.kubelet());
    Shell.run("perl", "-e", FRAGMENT, host.kubelet().resolve("file"));
    Shell.run("umount", host.kubelet());
    Shell.run("tune2fs", "-E", "force_fsck", disk.path());
    return disk;
  }

  /** As after a power cut. */
  private Disk withJournal() throws IOException {
    Disk disk = ext4(6000);
    String content = CheckInGuest.JOURNALED.repeat(BLOCK / CheckInGuest.JOURNALED.length());
    Path block = Files.writeString(host.state().resolve("block"), content);
    Path orders =
        Files.writeString(
            host.state().resolve("orders"),
            "journal_open\njournal_write -b %d %s\njournal_close\n"
                .formatted(CheckInGuest.JOURNALED_AT / BLOCK, block));
    Shell.run("debugfs", "-w", "-f", orders, disk.path());
    return disk;
  }
}
