package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.kube.client.Informer;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a persistent volume.
 *
 * @param disk that it names, for whichever driver: what any of them has is wanted
 * @param isOurs whether it is of this driver
 * @param isHomeless whether such a one does not say where it can be used
 * @param labels what its disk is to be labelled with, if it says so
 * @param boundLabels what its disk has been labelled with, if it says so
 */
public record VolumeRecord(
    String name,
    @Nullable VolumeId disk,
    boolean isOurs,
    boolean isHomeless,
    @Nullable String labels,
    @Nullable String boundLabels) {

  public static Informer<VolumeRecord> watch(KubernetesClient client) {
    return Informer.of(
        "persistent volumes", client.persistentVolumes(), PersistentVolume::new, VolumeRecord::of);
  }

  public static VolumeRecord of(PersistentVolume volume) {
    return new VolumeRecord(
        volume.getMetadata().getName(),
        PersistentVolumes.findHandle(volume).orElse(null),
        PersistentVolumes.isOurs(volume),
        isHomeless(volume),
        PersistentVolumes.findLabels(volume).orElse(null),
        PersistentVolumes.findBoundLabels(volume).orElse(null));
  }

  private static boolean isHomeless(PersistentVolume volume) {
    return PersistentVolumes.isOurs(volume)
        && volume.getMetadata().getDeletionTimestamp() == null
        && (volume.getSpec().getNodeAffinity() == null
            || volume.getSpec().getNodeAffinity().getRequired() == null);
  }

  public Optional<VolumeId> findDisk() {
    return Optional.ofNullable(disk);
  }

  /** The disk of a volume of ours that does not say where it can be used. */
  public Optional<VolumeId> findWithoutAffinity() {
    return isHomeless ? findDisk() : Optional.empty();
  }
}
