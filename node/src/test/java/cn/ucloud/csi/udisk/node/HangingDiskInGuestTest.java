package cn.ucloud.csi.udisk.node;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virtio disk that does not answer any more, and the process that was told to use it. */
final class HangingDiskInGuestTest {
  private static final long GIB = 1L << 30;

  @TempDir private Path directory;

  @Test
  void processIsReplacedWhileItsDisksHangAndItsSuccessorServesOtherVolumes() throws Exception {
    assertThat(guest().run(HangingDiskInGuest.class)).contains(HangingDiskInGuest.PASSED);
  }

  @Test
  void onANewerKernelToo() throws Exception {
    assertThat(guest().withKernelOf(Guest.NEWER).run(HangingDiskInGuest.class))
        .contains(HangingDiskInGuest.PASSED);
  }

  private Guest guest() throws IOException {
    Assumptions.assumeTrue(Shell.isRoot(), "the virtual machine's kernel is fetched by root only");
    Assumptions.assumeTrue(
        "amd64".equals(System.getProperty("os.arch")), "the virtual machine is an amd64");
    return new Guest(directory)
        .withDisk("UCLOUD_DISK_VDB", GIB)
        .withDisk("UCLOUD_DISK_VDC", GIB)
        .withDisk("UCLOUD_DISK_VDD", GIB);
  }
}
