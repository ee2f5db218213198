package cn.ucloud.csi.udisk.controller.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ChargeType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassParametersTest {

  @Test
  void aTypeIsEnough() {
    assertThat(read("type", "ssd"))
        .isEqualTo(new DiskPlan(List.of(DiskType.SSD), DiskTerms.PLAIN, Optional.empty()));
  }

  @Test
  void everythingTheClosedDriverTakesAndOurOwn() {
    assertThat(
            read(
                "type", "rssd",
                "fsType", "ext4",
                "csi.storage.k8s.io/fstype", "ext4",
                "csi.storage.k8s.io/pvc/name", "data",
                "udataArkMode", "yes",
                "chargeType", "year",
                "quantity", "2",
                "cmkId", "cmk-1",
                "tag", "数据组",
                "snapshotService", "yes"))
        .isEqualTo(
            new DiskPlan(
                List.of(DiskType.RSSD),
                new DiskTerms(ChargeType.YEAR, 2, Optional.of("数据组"), true, true),
                Optional.of("cmk-1")));
  }

  @Test
  void theClassesOfOldClustersAreUnderstood() {
    assertThat(read("type", "ssd", "fsType", "ext4", "udataArkMode", "no").terms())
        .isEqualTo(DiskTerms.PLAIN);
    assertThat(read("type", "sata", "chargeType", "dynamic", "quantity", "1").terms())
        .isEqualTo(DiskTerms.PLAIN);
    assertThat(read("type", "sata", "chargeType", "month").terms().quantity()).isEqualTo(1);
  }

  @Test
  void labelsAreKeptAsTheyWereWritten() {
    String written = "team=${pvc.labels.team}, app=shop";
    assertThat(
            ClassParameters.read(Map.of("type", "ssd", "labels", written), Optional.empty())
                .labels())
        .contains(written);
    assertThatThrownBy(() -> read("type", "ssd", "labels", "team=${pvc.lable.team}"))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("parameters.labels must not have ${pvc.lable.team}");
  }

  /** As a template leaves them that fills in nothing. */
  @Test
  void everyParameterOfBlanksCountsAsAbsent() {
    Map<String, String> blanks = new HashMap<>();
    for (String key :
        List.of(
            "fsType",
            "csi.storage.k8s.io/fstype",
            "udataArkMode",
            "chargeType",
            "quantity",
            "cmkId",
            "tag",
            "snapshotService",
            "labels",
            "blocksize",
            "inodesize",
            "bytesperinode",
            "numberofinodes",
            "readAheadKb",
            "ioScheduler",
            "maxSectorsKb")) {
      blanks.put(key, " \t");
    }
    blanks.put("type", " ssd ");
    ClassSettings settings = ClassParameters.read(blanks, Optional.empty());
    assertThat(settings.plan()).isEqualTo(read("type", "ssd"));
    assertThat(settings.filesystem()).isEmpty();
    assertThat(settings.mkfs()).isEqualTo(MkfsOptions.NONE);
    assertThat(settings.queue()).isEqualTo(QueueSettings.NONE);
    blanks.put("type", " ");
    assertThatThrownBy(() -> ClassParameters.read(blanks, Optional.empty()))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith("parameters.type is missing");
  }

  @Test
  void blanksInAValueAreSeenInTheSentence() {
    assertThatThrownBy(() -> read("type", "s sd")).hasMessageContaining("'s sd'");
    assertThatThrownBy(() -> read("type", "ssd", "blocksize", "40 96"))
        .hasMessageContaining("'40 96'");
  }

  @Test
  void severalTypesAreInOrderOfPreference() {
    assertThat(read("type", "rssd, ssd").types()).containsExactly(DiskType.RSSD, DiskType.SSD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "typ | ssd | parameters has the unknown key 'typ'; allowed are type, fsType, udataArkMode,",
        "type | nvme | parameters.type must not be 'nvme'; allowed are sata, ssd, rssd, essd",
        "type | SSD | parameters.type must not be 'SSD'; allowed are sata, ssd, rssd, essd",
        "type | ssd, | parameters.type must not be ''; allowed are sata, ssd, rssd, essd",
        "type | ssd,ssd | parameters.type must not name ssd twice",
        "type | '' | parameters.type is missing; allowed are sata, ssd, rssd, essd, or several",
        "fsType | ntfs | parameters.fsType must not be 'ntfs'; allowed are ext4",
        "csi.storage.k8s.io/fstype | ntfs | parameters.csi.storage.k8s.io/fstype must not be 'ntfs'",
        "udataArkMode | Yes | parameters.udataArkMode must not be 'Yes'; allowed are yes, no",
        "snapshotService | on | parameters.snapshotService must not be 'on'; allowed are yes, no",
        "chargeType | hour | parameters.chargeType must not be 'hour'; allowed are dynamic, month, year",
        "quantity | 0 | parameters.quantity must not be '0'; with chargeType dynamic a number from 1",
        "quantity | ten | parameters.quantity must not be 'ten'",
        "cmkId | cmk-1 | parameters.cmkId is allowed only with type rssd",
        "tag | a b | parameters.tag must not be 'a b'; allowed are 1 to 63 letters"
      })
  void whatIsNotAllowedIsNamedWithWhatIs(String key, String value, String sentence) {
    assertThatThrownBy(() -> read("type", "ssd", key, value))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @CsvSource({"month, 9, true", "month, 10, false", "year, 10, true", "year, 11, false"})
  void howMuchCanBeBoughtAtOnceIsTheClosedDriversLimit(String type, String number, boolean fits) {
    Map<String, String> map = Map.of("type", "ssd", "chargeType", type, "quantity", number);
    if (fits) {
      assertThat(read(map).terms().quantity()).isEqualTo(Integer.parseInt(number));
    } else {
      assertThatThrownBy(() -> read(map)).isInstanceOf(InvalidRequest.class);
    }
  }

  @Test
  void encryptionIsNeverLostToAFallback() {
    assertThatThrownBy(() -> read("type", "rssd,ssd", "cmkId", "cmk-1"))
        .isInstanceOf(InvalidRequest.class);
  }

  private static DiskPlan read(String... pairs) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return read(map);
  }

  private static DiskPlan read(Map<String, String> map) {
    return ClassParameters.read(map, Optional.empty()).plan();
  }
}
