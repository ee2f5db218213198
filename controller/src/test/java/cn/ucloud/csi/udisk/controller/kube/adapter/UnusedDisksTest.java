package cn.ucloud.csi.udisk.controller.kube.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.KubernetesClients;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnusedDisksTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");

  private final FakeApiServer api = new FakeApiServer();
  private final UnusedDisks disks = new UnusedDisks(api.client());

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void aDiskOfAClaimThatWaitsForItsVolumeIsUnused() {
    Claim claim = claim("");
    api.putVolume("pv-a", "bsm-2");
    assertThat(disks.findReasonToKeep(DISK, claim)).isEmpty();
  }

  @Test
  void aClaimThatWasBoundMayHaveUsedIt() {
    assertThat(disks.findReasonToKeep(DISK, claim("pv-old")))
        .hasValue("claim shop/data-0 is bound to volume pv-old");
  }

  @Test
  void aClaimThatIsGoneOrAnotherOneProvesNothing() {
    assertThat(disks.findReasonToKeep(DISK, new Claim("shop", "data-0", "pvc-1")))
        .hasValue("claim shop/data-0 does not exist");
    var _ = claim("");
    assertThat(disks.findReasonToKeep(DISK, new Claim("shop", "data-0", "pvc-1")))
        .hasValue("claim shop/data-0 is not the one that pvc-1 was made for");
  }

  @Test
  void aVolumeThatNamesTheDiskInAnyWayKeepsIt() {
    Claim claim = claim("");
    api.putVolume("pv-static", "bsm-1");
    assertKept(claim, "pv-static");
  }

  @Test
  void aVolumeOfAnEarlierKindOfDriverKeepsIt() {
    Claim claim = claim("");
    api.put(
        new PersistentVolumeBuilder()
            .withNewMetadata()
            .withName("pv-flex")
            .endMetadata()
            .withNewSpec()
            .withNewFlexVolume()
            .withDriver("ucloud/udisk")
            .withOptions(Map.of("udiskId", "bsm-1"))
            .endFlexVolume()
            .endSpec()
            .build());
    assertKept(claim, "pv-flex");
  }

  /** Its handle may be another disk of the same name. */
  @Test
  void theClaimsOwnVolumeKeepsIt() {
    Claim claim = claim("");
    api.putVolume(claim.volume(), "bsm-2");
    assertKept(claim, claim.volume());
  }

  @Test
  void aVolumeWithoutAnythingInItDoesNotStopTheProof() {
    Claim claim = claim("");
    api.putJson(
        "/api/v1/persistentvolumes",
        "{'kind': 'PersistentVolume', 'metadata': {'name': 'pv'}, 'spec': null}");
    assertThat(disks.findReasonToKeep(DISK, claim)).isEmpty();
  }

  @Test
  void anApiServerThatIsAwayProvesNothing(@TempDir Path directory) throws IOException {
    Path kubeconfig = FakeApiServer.kubeconfig(directory, 1); // nobody listens there
    try (KubernetesClient client =
        KubernetesClients.connect(Optional.of(kubeconfig), Duration.ofSeconds(2))) {
      assertThatThrownBy(() ->
              new UnusedDisks(client).findReasonToKeep(DISK, new Claim("shop", "data-0", "pvc-1")))
          .isInstanceOf(Unavailable.class);
    }
  }

  private void assertKept(Claim claim, String volume) {
    assertThat(disks.findReasonToKeep(DISK, claim))
        .hasValue("persistent volume " + volume + " may be of it");
  }

  /** A claim that is bound to {@code volume}, or waits if that is empty. */
  private Claim claim(String volume) {
    api.put(
        new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("data-0")
            .endMetadata()
            .withNewSpec()
            .withVolumeName(volume)
            .endSpec()
            .build());
    String uid =
        api.client()
            .persistentVolumeClaims()
            .inNamespace("shop")
            .withName("data-0")
            .get()
            .getMetadata()
            .getUid();
    return new Claim("shop", "data-0", "pvc-" + uid);
  }
}
