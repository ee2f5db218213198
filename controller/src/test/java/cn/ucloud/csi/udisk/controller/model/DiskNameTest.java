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

  @Test
  void theSnapshotOfACloneIsCalledAfterItAndKnownByThat() {
    DiskName clone = DiskName.of("pvc-9393f66f-c0b5-11e9-bd6d-5254001935f2", "uk8s-vsc0vgob");
    String interim = clone.ofInterimSnapshot().marked();
    assertThat(interim).isEqualTo("pvc-9393f66f-c0b5-11e9-bd6d-5254001935f2_clone_uk8s-vsc0vgob");
    assertThat(DiskName.isOfInterimSnapshot(interim, "uk8s-vsc0vgob")).isTrue();
    assertThat(DiskName.isOfInterimSnapshot(interim, "uk8s-other")).isFalse();
    assertThat(DiskName.isOfInterimSnapshot(clone.marked(), "uk8s-vsc0vgob")).isFalse();
  }

  @Property
  void theSnapshotOfEachCloneHasANameOfItsOwnThatUCloudAccepts(
      @ForAll @StringLength(min = 1, max = 128) String csi) {
    DiskName interim = DiskName.of(csi, "uk8s-vsc0vgob").ofInterimSnapshot();
    assertThat(interim.marked()).matches("[A-Za-z0-9._-]{1,63}").endsWith("_clone_uk8s-vsc0vgob");
    assertThat(DiskName.of(csi + "x", "uk8s-vsc0vgob").ofInterimSnapshot()).isNotEqualTo(interim);
    if (!DiskName.isReserved(csi)) { // as a snapshot is called that somebody asks for
      assertThat(
              DiskName.isOfInterimSnapshot(
                  DiskName.of(csi, "uk8s-vsc0vgob").marked(), "uk8s-vsc0vgob"))
          .isFalse();
    }
  }

  @Property
  void everyNameBecomesOneThatUCloudAcceptsTheSameEveryTime(
      @ForAll @StringLength(min = 1, max = 128) String csi) {
    DiskName name = DiskName.of(csi, "uk8s-vsc0vgob");
    assertThat(name.marked()).matches("[A-Za-z0-9._-]{1,63}").endsWith("_uk8s-vsc0vgob");
    assertThat(DiskName.of(csi, "uk8s-vsc0vgob")).isEqualTo(name);
  }
}
