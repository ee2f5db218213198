package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.QueueSettings.Setting;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueueSettingsTest {
  private static QueueSettings read(Map<String, String> map) {
    return QueueSettings.from("parameters", map, FilesystemType.EXT4);
  }

  @Test
  void whatIsWrittenIsRead() {
    Map<String, String> all =
        Map.of("readAheadKb", "4096", "ioScheduler", "mq-deadline", "maxSectorsKb", "512");
    assertThat(read(all).toMap()).isEqualTo(all);
    assertThat(VolumeContext.from(all, Optional.empty()).toMap(Optional.empty())).isEqualTo(all);
    assertThat(read(Map.of("readAheadKb", " 0 ")).find(Setting.READ_AHEAD)).contains("0");
  }

  @Test
  void blanksAndOtherKeysSayNothing() {
    assertThat(read(Map.of("type", "ssd", "readAheadKb", " ", "ioScheduler", "\t")))
        .isEqualTo(QueueSettings.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "readAheadKb | 5 | a multiple of 4 from 0 to 65536",
        "readAheadKb | -4 | a multiple of 4 from 0 to 65536",
        "readAheadKb | 65540 | a multiple of 4 from 0 to 65536",
        "readAheadKb | 08 | a multiple of 4 from 0 to 65536",
        "readAheadKb | 4 MB | a multiple of 4 from 0 to 65536",
        "readAheadKb | 99999999999999999999 | a multiple of 4 from 0 to 65536",
        "maxSectorsKb | 0 | a multiple of 4 from 4 to 65536",
        "maxSectorsKb | many | a multiple of 4 from 4 to 65536",
        "ioScheduler | cfq | one of none, mq-deadline, kyber, bfq",
        "ioScheduler | ../read_ahead_kb | one of none, mq-deadline, kyber, bfq",
      })
  void anythingElseIsRefusedWithWhatIsAllowed(String key, String value, String allowed) {
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("parameters." + key + " must not be '" + value + "'; it must be " + allowed);
    assertThatThrownBy(() -> VolumeContext.from(Map.of(key, value), Optional.empty()))
        .as("a node reads what people write")
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("volume_context." + key + " must not be");
  }

  /** It has a read-ahead of its own, which that of its disk does not change. */
  @Test
  void btrfsCannotBeGivenAReadAheadButTheRest() {
    assertThatThrownBy(() ->
            QueueSettings.from("parameters", Map.of("readAheadKb", "64"), FilesystemType.BTRFS))
        .hasMessage(
            "parameters.readAheadKb cannot be chosen for the filesystem btrfs, which reads ahead by"
                + " its own rule");
    assertThat(
            QueueSettings.from("parameters", Map.of("ioScheduler", "none"), FilesystemType.BTRFS)
                .isEmpty())
        .isFalse();
  }
}
