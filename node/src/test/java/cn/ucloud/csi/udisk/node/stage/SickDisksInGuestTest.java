package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Disks that answer with errors, and work again later. */
final class SickDisksInGuestTest {
  /** Much is done there, and all of it is emulated. */
  private static final int MINUTES = 40;

  @TempDir private Path directory;

  private Guest guest() throws IOException {
    Assumptions.assumeTrue(Shell.isRoot(), "the virtual machine's kernel is fetched by root only");
    Assumptions.assumeTrue(
        "amd64".equals(System.getProperty("os.arch")), "the virtual machine is an amd64");
    Guest guest = new Guest(directory).withLife(Duration.ofMinutes(MINUTES));
    for (int disk = 0; disk < SickDisksInGuest.DISKS; disk++) {
      guest.withFailingDisk(SickDisksInGuest.serial(disk), LoopHost.GIB);
    }
    return guest;
  }

  @Test
  @Timeout(value = MINUTES + 5, unit = TimeUnit.MINUTES)
  void noDataIsLostAndNoOtherVolumeHarmed() throws Exception {
    assertThat(guest().run(SickDisksInGuest.class))
        .contains(SickDisksInGuest.result(SickDisksInGuest.TESTS, 0));
  }

  @Test
  @Timeout(value = MINUTES + 5, unit = TimeUnit.MINUTES)
  void onANewerKernelToo() throws Exception {
    assertThat(guest().withKernelOf(Guest.NEWER).run(SickDisksInGuest.class))
        .contains(SickDisksInGuest.result(SickDisksInGuest.TESTS, 0));
  }
}
