package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.mount.StoppedInGuest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are held, or replaced by others while they are in use. */
final class DisksInGuestTest {
  @TempDir private Path directory;

  private Guest guest() throws IOException {
    Assumptions.assumeTrue(Shell.isRoot(), "the virtual machine's kernel is fetched by root only");
    Assumptions.assumeTrue(
        "amd64".equals(System.getProperty("os.arch")), "the virtual machine is an amd64");
    return new Guest(directory)
        .withDisk("UCLOUD_DISK_VDB", LoopHost.GIB)
        .withDisk("UCLOUD_DISK_VDC", LoopHost.GIB)
        .withUnpluggedDisk(LoopHost.GIB)
        .withUnpluggedDisk(LoopHost.GIB);
  }

  @Test
  void heldDiskIsKeptAndNoDiskIsTakenForAnother() throws Exception {
    assertThat(guest().run(DisksInGuest.class)).contains(DisksInGuest.PASSED);
  }

  /** It shuts down a filesystem whose disk has gone, and shows otherwise what has stopped. */
  @Test
  void onANewerKernelTooAndAStoppedFilesystemIsSeenThere() throws Exception {
    assertThat(guest().withKernelOf(Guest.NEWER).run(DisksInGuest.class, StoppedInGuest.class))
        .contains(DisksInGuest.PASSED)
        .contains(StoppedInGuest.result(StoppedInGuest.TESTS, 0));
  }
}
