package cn.ucloud.csi.udisk.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final String TABLE =
      """
      23 28 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
      42 28 253:16 / /data/kubelet/a\\040b\\134cä rw,relatime shared:1 master:7 - ext4 /dev/vdb rw
      43 42 253:16 / /data/kubelet/a\\040b\\134cä ro,noatime - ext4 /dev/vdb rw
      44 28 253:16 /sub /mnt rw propagate_from:3 unbindable - ext4 /dev/vdb rw
      a line of a later kernel
      """;

  private final MountTable table =
      new MountTable(new String(TABLE.getBytes(StandardCharsets.UTF_8), MountTable.ENCODING));

  @Test
  void linesInTheDocumentedFormAreRead() {
    assertThat(table.mounts()).extracting(Mount::id).containsExactly(23, 42, 43, 44);
    assertThat(table.mounts())
        .extracting(Mount::type)
        .containsExactly("proc", "ext4", "ext4", "ext4");
    assertThat(table.mounts()).extracting(Mount::device).contains(new DeviceNumber(253, 16));
    assertThat(table.mounts().toList().get(3).root()).isEqualTo("/sub");
  }

  @Test
  void manyMountsAreParsedOneByOneAndOnlyAsFarAsAsked() {
    String bad = "not-a-number 28 253:16 / /mnt rw - ext4 /dev/vdb rw\n";
    MountTable large = new MountTable(TABLE + bad);
    assertThat(large.mounts().findFirst()).map(Mount::id).hasValue(23);
    assertThat(large.mounts().anyMatch(mount -> mount.id() == 44)).isTrue();
    assertThatThrownBy(() -> large.mounts().toList()).isInstanceOf(NumberFormatException.class);
  }

  @Test
  void mountsOfOthersAreNotTakenApart() {
    String strange = "not-a-number 28 0:40 / /mnt/253:16 rw - tmpfs 253:160 rw\n";
    MountTable large = new MountTable(strange.repeat(3) + TABLE + strange);
    Set<DeviceNumber> disk = Set.of(new DeviceNumber(253, 16));
    assertThat(large.onDevices(disk)).extracting(Mount::id).containsExactly(42, 43, 44);
    assertThat(large.ofVolumeTypes()).extracting(Mount::id).containsExactly(42, 43, 44);
    assertThat(large.onDevices(Set.of(new DeviceNumber(53, 16)))).isEmpty();
  }

  /** It has a number of its own, and only names the device. */
  @Test
  void btrfsMayBeOnAnyDevice() {
    MountTable one = new MountTable("98 28 0:50 / /b rw - btrfs /dev/vdb rw");
    assertThat(one.onDevices(Set.of(new DeviceNumber(253, 16)))).hasSize(1);
  }

  @Test
  void octalEscapesAreUndone() {
    assertThat(table.at(Path.of("/data/kubelet/a b\\cä"))).hasSize(2);
  }

  @Test
  void topIsTheOneThatNoOtherStandsOn() {
    Mount top = table.topAt(Path.of("/data/kubelet/a b\\cä")).orElseThrow();
    assertThat(top.id()).isEqualTo(43);
    assertThat(top.options().isReadOnly()).isTrue();
  }

  @Test
  void pathsBesideTheOneAskedForAreNotFound() {
    assertThat(table.at(Path.of("/sub"))).isEmpty();
    assertThat(table.at(Path.of("/"))).isEmpty();
    assertThat(table.at(Path.of("/mnt"))).extracting(Mount::id).containsExactly(44);
  }

  @Test
  void tableOfThisProcessCanBeRead() {
    assertThat(MountTable.read().topAt(Path.of("/proc"))).isPresent();
  }
}
