package cn.ucloud.csi.udisk.node.blank;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.node.blank.DiskContent.Filesystem;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Foreign;
import cn.ucloud.csi.udisk.node.blank.DiskContent.Unreadable;
import cn.ucloud.csi.udisk.node.command.CommandResult;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Every exit code of blkid, and what it prints. */
final class BlkidProbeTest {
  private static final BlockDevice DEVICE =
      new BlockDevice(
          Path.of("/nonexistent/vdb"),
          new DeviceIdentity("UCLOUD_DISK_VDB", new DeviceNumber(253, 16), OptionalLong.empty()),
          1L << 30);

  private static BlkidProbe blkid(int exitCode, String output) {
    return new BlkidProbe((_, command) -> new CommandResult(command, exitCode, output, ""));
  }

  private static Optional<DiskContent> probe(int exitCode, String output) {
    return blkid(exitCode, output).probe(DEVICE);
  }

  @Test
  void filesystemIsReadWithItsUuid() {
    assertThat(probe(0, "DEVNAME=/dev/vdb\nUUID=a-b\nTYPE=ext4\nUSAGE=filesystem\n"))
        .contains(new Filesystem("ext4", Optional.of("a-b")));
  }

  @Test
  void everythingElseThatIsFoundIsForeign() {
    assertThat(probe(0, "TYPE=swap\nUSAGE=other\n")).contains(new Foreign("swap"));
    assertThat(probe(0, "TYPE=crypto_LUKS\nUSAGE=crypto\n")).contains(new Foreign("crypto_LUKS"));
    assertThat(probe(0, "PTTYPE=gpt\n")).contains(new Foreign("a partition table (gpt)"));
    assertThat(probe(0, "TYPE=vfat\nUSAGE=filesystem\nPTTYPE=dos\n"))
        .contains(new Foreign("a partition table (dos)"));
    assertThat(probe(0, "").orElseThrow()).isInstanceOf(Foreign.class);
    assertThat(probe(8, "").orElseThrow()).isInstanceOf(Foreign.class);
  }

  @Test
  void exitCode2IsNoAnswerAndNeverBlank() {
    assertThat(probe(2, "")).isEmpty();
    // The device does not exist, so our own reader fails, and blkid's silence counts for nothing.
    for (BlankRule rule : BlankRule.values()) {
      assertThat(new BlankCheck(blkid(2, "")).examine(DEVICE, rule)).isInstanceOf(Unreadable.class);
    }
  }

  @Test
  void otherExitCodesMeanThatItCouldNotLook() {
    for (int exitCode : new int[] {1, 4, 127, 139}) {
      assertThat(probe(exitCode, "TYPE=ext4").orElseThrow()).isInstanceOf(Unreadable.class);
    }
  }
}
