package cn.ucloud.csi.udisk.controller.kube.adapter;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Pages;
import cn.ucloud.csi.udisk.controller.model.Claim;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Proves that a disk which was made for a claim has never been used: the claim has never been
 * bound, and no persistent volume names the disk. Asks the API server itself, as {@link
 * KubernetesForceDetachPolicy} does.
 */
final class UnusedDisks {
  private final KubernetesClient client;

  UnusedDisks(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Why it may have been used; empty if it is proved that it was not.
   *
   * @throws Unavailable if it cannot be found out now
   */
  Optional<String> findReasonToKeep(VolumeId disk, Claim claim) {
    try {
      return findReasonIn(claim).or(() -> findVolume(disk, claim));
    } catch (KubernetesClientException e) {
      throw new Unavailable(
          "whether %s has been used cannot be found out: %s".formatted(disk, e.getMessage()), e);
    }
  }

  private Optional<String> findReasonIn(Claim claim) {
    String name = "claim %s/%s".formatted(claim.namespace(), claim.name());
    PersistentVolumeClaim found =
        client.persistentVolumeClaims().inNamespace(claim.namespace()).withName(claim.name()).get();
    if (found == null) {
      return Optional.of(name + " does not exist");
    }
    if (!claim.isOf(found.getMetadata().getUid())) {
      return Optional.of("%s is not the one that %s was made for".formatted(name, claim.volume()));
    }
    return Optional.ofNullable(found.getSpec())
        .flatMap(spec -> Optional.ofNullable(spec.getVolumeName()))
        .filter(volume -> !volume.isEmpty())
        .map(volume -> "%s is bound to volume %s".formatted(name, volume));
  }

  private Optional<String> findVolume(VolumeId disk, Claim claim) {
    AtomicReference<String> keeper = new AtomicReference<>("");
    Pages.forEach(
        options -> client.persistentVolumes().list(options),
        volume -> {
          if (mayBe(volume, disk, claim)) {
            keeper.set(volume.getMetadata().getName());
          }
        });
    return Optional.of(keeper.get())
        .filter(name -> !name.isEmpty())
        .map(name -> "persistent volume %s may be of it".formatted(name));
  }

  /** Wherever it names the disk, be it for another driver or in a note of an administrator. */
  private boolean mayBe(PersistentVolume volume, VolumeId disk, Claim claim) {
    return volume.getMetadata().getName().equals(claim.volume())
        || client.getKubernetesSerialization().asJson(volume).contains(disk.value());
  }
}
