package cn.ucloud.csi.udisk.node.space;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Guest;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import cn.ucloud.csi.udisk.node.mount.StoppedInGuest;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of mounted filesystems can only do with a privilege, or a kernel, that is not here.
 */
final class GrowthInGuestTest {
  private static final long PER_TYPE = 2;
  private static final long OF_EXT4 = 2;

  @TempDir private Path directory;

  @Test
  void ext4GrowsMountedUnderWriteLoadAndAfterKillsWhereRootMay() throws Exception {
    Assumptions.assumeTrue(Shell.isRoot(), "the virtual machine's kernel is fetched by root only");
    Assumptions.assumeTrue(
        "amd64".equals(System.getProperty("os.arch")), "the virtual machine is an amd64");
    assertThat(new Guest(directory).run(GrowthInGuest.class, StoppedInGuest.class))
        .contains(
            GrowthInGuest.result(true, PER_TYPE * FilesystemType.values().length + OF_EXT4, 0))
        .contains(StoppedInGuest.result(StoppedInGuest.TESTS, 0));
  }
}
