package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.KubernetesListBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

class FlexVolumesTest {
  private static final String BOUND = "pvc-0f1e2d3c-8a6b-11e8-9d22-525400c1b7aa";

  @Test
  void aBoundVolumeKeepsItsDiskItsClaimAndItsOptions() {
    FlexVolumes.Converted converted = FlexVolumes.converted(BOUND, "bs-qg55w254");
    PersistentVolume volume = converted.volume();
    assertThat(volume.getMetadata().getName()).isEqualTo(BOUND + "-csi");
    assertThat(volume.getMetadata().getUid()).isNull();
    assertThat(volume.getMetadata().getLabels()).containsEntry("team", "storage");
    assertThat(volume.getSpec().getFlexVolume()).isNull();
    assertThat(volume.getSpec().getCsi().getDriver()).isEqualTo("udisk.csi.ucloud.cn");
    assertThat(volume.getSpec().getCsi().getVolumeHandle()).isEqualTo("bs-qg55w254");
    assertThat(volume.getSpec().getCsi().getFsType()).isEqualTo("ext4");
    assertThat(volume.getSpec().getMountOptions()).containsExactly("noatime");
    assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Retain");
    assertThat(volume.getSpec().getClaimRef().getUid()).isNull();
    PersistentVolumeClaim claim = converted.claim().orElseThrow();
    assertThat(claim.getMetadata().getNamespace()).isEqualTo("shop");
    assertThat(claim.getMetadata().getName()).isEqualTo("data-mysql-0");
    assertThat(claim.getSpec().getVolumeName()).isEqualTo(volume.getMetadata().getName());
    assertThat(claim.getSpec().getStorageClassName())
        .isEqualTo(volume.getSpec().getStorageClassName());
    assertThat(claim.getSpec().getResources().getRequests())
        .containsEntry("storage", new Quantity("10Gi"));
  }

  @Test
  void aVolumeThatNobodyHasClaimedHasNoClaimAfterwards() {
    FlexVolumes.Converted converted = FlexVolumes.converted("by-hand", "bs-a");
    assertThat(converted.claim()).isEmpty();
    assertThat(converted.volume().getSpec().getStorageClassName()).isEmpty();
    assertThat(converted.volume().getSpec().getCsi().getFsType()).isEqualTo("ext4");
  }

  @Test
  void aListIsConvertedWholeOrNotAtAll() {
    PersistentVolume good = FlexVolumes.read(BOUND, "bs-a");
    PersistentVolume other =
        new PersistentVolumeBuilder(good).editSpec().withFlexVolume(null).endSpec().build();
    Shell.Result both =
        FlexVolumes.convertList(new KubernetesListBuilder().addToItems(good, good).build());
    assertThat(both.code()).isZero();
    Shell.Result mixed =
        FlexVolumes.convertList(new KubernetesListBuilder().addToItems(good, other).build());
    assertThat(mixed.code()).isNotZero();
    assertThat(mixed.output()).contains("not one of ucloud/flexv").doesNotContain("volumeHandle");
  }

  @Test
  void aDiskThatWouldBeDeletedWithItsOldVolumeIsRefused() {
    PersistentVolume volume =
        new PersistentVolumeBuilder(FlexVolumes.read(BOUND, "bs-a"))
            .editSpec()
            .withPersistentVolumeReclaimPolicy("Delete")
            .endSpec()
            .build();
    Shell.Result result = FlexVolumes.convert(volume);
    assertThat(result.code()).isNotZero();
    assertThat(result.output()).contains(BOUND).contains("Retain");
  }

  @Test
  void aVolumeWithoutADiskIsRefused() {
    PersistentVolume volume =
        new PersistentVolumeBuilder(FlexVolumes.read(BOUND, "bs-a"))
            .editSpec()
            .editFlexVolume()
            .removeFromOptions("diskId")
            .endFlexVolume()
            .endSpec()
            .build();
    assertThat(FlexVolumes.convert(volume).output()).contains("diskId");
  }
}
