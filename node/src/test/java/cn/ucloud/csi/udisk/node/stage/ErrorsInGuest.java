package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What needs the right to let a mounted ext4 grow, and so runs in a {@code Guest} alone. */
public final class ErrorsInGuest extends CheckBeforeMountTest {

  /** As an I/O error leaves it; kubelet starts a pod all the same after FAILED_PRECONDITION. */
  @Test
  void ext4ThatHasErrorsWhileItIsMountedGrowsWhenItIsStagedNext() throws IOException {
    Disk disk = foreign(FilesystemType.EXT4);
    node().stage();
    String name = disk.path().getFileName().toString();
    Path trigger = Path.of("/sys/fs/ext4", name, "trigger_fs_error");
    Files.writeString(trigger, "of a test");
    host.enlarge(disk, "vdb", LARGER);
    assertThatThrownBy(() -> node().expand(host.staging("v"), LARGER))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining("has had errors");
    node().stage();
    assertThat(host.mounts()).hasSize(1);
    node().unstage();
    node().stage();
    assertThat(usable()).isGreaterThan(LARGER * 9 / 10);
  }
}
