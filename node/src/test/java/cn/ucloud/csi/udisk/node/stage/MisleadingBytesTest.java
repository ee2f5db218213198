package cn.ucloud.csi.udisk.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pod can write any bytes into its files, and so into any block that can be a file's; nowhere
 * else.
 */
final class MisleadingBytesTest {
  private static final VolumeId SOURCE = new VolumeId("bsm-source");

  @RegisterExtension final LoopHost host = new LoopHost();

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  private TestNode node() {
    return TestNode.listing(host, Map.of(TestNode.VOLUME, "vdb"));
  }

  private Disk madeByUs(FilesystemType type) {
    Disk disk = attached();
    node().stage(type);
    node().unstage();
    return disk;
  }

  /** What a JMicron RAID leaves in the last sector. */
  private static void writeJm(Disk disk) {
    byte[] sector = new byte[512];
    sector[0] = 'J';
    sector[1] = 'M';
    disk.write(LoopHost.GIB - 512, sector);
  }

  /** A superblock of md 0.90 (Linux, md_p.h), in the last whole 64 KiB. */
  private static void writeMd090(Disk disk) {
    ByteBuffer block = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    block.putInt(0, 0xa92b4efc).putInt(4, 0).putInt(8, 90);
    for (int at = 20; at < 40; at += 4) {
      block.putInt(at, 1);
    }
    disk.write(LoopHost.GIB - (64 << 10), block.array());
  }

  @ParameterizedTest
  @EnumSource
  void volumeInWhoseFilesLooksLikeARaidIsMounted(FilesystemType type) {
    Disk disk = madeByUs(type);
    writeJm(disk);
    writeMd090(disk);
    assertThat(disk.blkid("TYPE")).isNotEqualTo(type.toString());
    node().stage(type);
    assertThat(host.mounts()).hasSize(1);
    node().stage(type);
    node().unstage();
    node().stageReadOnly(type);
    assertThat(host.mounts().getFirst()).endsWith(" ro");
  }

  @ParameterizedTest
  @EnumSource
  void copyOfSuchAVolumeIsStampedAndMounted(FilesystemType type) {
    Disk used = host.disk(LoopHost.GIB);
    host.attach(used, "vdc", "vdc");
    node().stageOther(SOURCE, "vdc", type);
    node().unstageOther(SOURCE);
    host.remove("vdc");
    writeJm(used);
    writeMd090(used);
    Disk copy = host.copyOf(used);
    host.attach(copy, "vdb", "vdb");
    node().stageCopy(type, SOURCE);
    assertThat(host.mounts()).hasSize(1);
    node().unstage();
    copy.write(LoopHost.GIB - (64 << 10), new byte[64 << 10]);
    assertThat(copy.blkid("UUID")).isEqualTo(VolumeUuid.of(TestNode.VOLUME).toString());
  }

  private void assertRefused(Disk disk, FilesystemType type, String says) {
    String before = disk.digest();
    assertThatThrownBy(() -> node().stage(type))
        .isInstanceOf(PreconditionFailed.class)
        .hasMessageContaining(says);
    assertThat(disk.digest()).isEqualTo(before);
    assertThat(host.mounts()).isEmpty();
  }

  /** The label alone, in case that pvcreate has not wiped the filesystem. */
  @ParameterizedTest
  @EnumSource
  void diskThatWasMadeAnLvmVolumeByHandIsRefused(FilesystemType type) {
    Disk disk = madeByUs(type);
    byte[] label = new byte[512];
    byte[] text = "LABELONE".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, label, 0, text.length);
    disk.write(512, label);
    assertRefused(disk, type, "LVM physical volume at byte 512");
  }

  @ParameterizedTest
  @EnumSource
  void signatureBehindTheEndOfTheFilesystemIsRefused(FilesystemType type) {
    Disk disk = madeByUs(type);
    host.enlarge(disk, "vdb", 2 * LoopHost.GIB);
    disk.write(2 * LoopHost.GIB - 512, "EFI PART".getBytes(StandardCharsets.US_ASCII));
    assertRefused(disk, type, "backup GPT at byte " + (2 * LoopHost.GIB - 512));
  }
}
