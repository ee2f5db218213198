package cn.ucloud.csi.udisk.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class DiskNameTest {
  @Test
  void aProvisionersNameIsKeptAndMarked() {
    String csi = "pvc-9393f66f-c0b5-11e9-bd6d-5254001935f2";
    DiskName name = DiskName.of(csi, "uk8s-vsc0vgob");
    assertThat(name.marked()).isEqualTo(csi + "_uk8s-vsc0vgob");
    assertThat(name.bare()).isEqualTo(csi);
    assertThat(name.spellings()).containsExactly(name.marked(), name.bare());
  }

  @Test
  void namesThatDifferOnlyWhereTheyAreCutStayDifferent() {
    String longName = "a".repeat(127);
    assertThat(DiskName.of(longName + "b", "c").marked())
        .isNotEqualTo(DiskName.of(longName + "c", "c").marked());
    assertThat(DiskName.of("a/b", "c").marked()).isNotEqualTo(DiskName.of("a b", "c").marked());
  }

  @Property
  void everyNameBecomesOneThatUCloudAcceptsTheSameEveryTime(
      @ForAll @StringLength(min = 1, max = 128) String csi) {
    DiskName name = DiskName.of(csi, "uk8s-vsc0vgob");
    assertThat(name.marked()).matches("[A-Za-z0-9._-]{1,63}").endsWith("_uk8s-vsc0vgob");
    assertThat(DiskName.of(csi, "uk8s-vsc0vgob")).isEqualTo(name);
  }
}
