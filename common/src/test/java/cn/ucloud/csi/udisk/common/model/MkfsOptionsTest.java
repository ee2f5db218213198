package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.MkfsOptions.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MkfsOptionsTest {
  private static MkfsOptions from(FilesystemType type, Map<String, String> map) {
    return MkfsOptions.from("parameters", map, type);
  }

  @Test
  void optionsAreReadAndOtherKeysIgnored() {
    MkfsOptions options = from(FilesystemType.EXT4, Map.of("bytesperinode", "8192", "type", "ssd"));
    assertThat(options.values()).isEqualTo(Map.of(Setting.BYTES_PER_INODE, 8192L));
    assertThat(options.get(Setting.BYTES_PER_INODE, 1)).isEqualTo(8192);
    assertThat(options.get(Setting.INODE_SIZE, 1)).isEqualTo(1);
    assertThat(options.toMap()).isEqualTo(Map.of("bytesperinode", "8192"));
    assertThat(from(FilesystemType.BTRFS, Map.of())).isEqualTo(MkfsOptions.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "EXT4, blocksize, 512",
    "EXT4, blocksize, 8192",
    "EXT4, blocksize, 3000",
    "EXT4, inodesize, 128",
    "EXT4, bytesperinode, 1",
    "EXT4, bytesperinode, 16384 -O ^has_journal",
    "EXT4, numberofinodes, -5",
    "EXT4, numberofinodes, 99999999999999999999",
    "XFS, inodesize, 256",
    "XFS, bytesperinode, 16384",
    "BTRFS, blocksize, 4096",
  })
  void whatIsNotAllowedIsRefusedByName(FilesystemType type, String key, String value) {
    assertThatThrownBy(() -> from(type, Map.of(key, value)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("parameters." + key);
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() {
    assertThatThrownBy(() ->
            from(FilesystemType.EXT4, Map.of("bytesperinode", "8192", "numberofinodes", "100000")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("both");
    assertThatThrownBy(
            () -> from(FilesystemType.XFS, Map.of("blocksize", "1024", "inodesize", "1024")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("half of the block size");
  }
}
