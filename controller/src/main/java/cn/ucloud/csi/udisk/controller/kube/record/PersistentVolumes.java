package cn.ucloud.csi.udisk.controller.kube.record;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.VolumeContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeSpec;
import java.util.Optional;

/** What is written on a persistent volume. */
public final class PersistentVolumes {
  /** The annotation that says what a volume's disk has been labelled with. */
  public static final String BOUND_LABELS = IdentityService.DRIVER_NAME + "/labels";

  private PersistentVolumes() {}

  /** Whether it is this driver's. */
  static boolean isOurs(PersistentVolume volume) {
    return Optional.ofNullable(volume.getSpec())
        .flatMap(spec -> Optional.ofNullable(spec.getCsi()))
        .filter(csi -> IdentityService.DRIVER_NAME.equals(csi.getDriver()))
        .isPresent();
  }

  /** What the disk of a volume of ours is to be labelled with, as its class had it. */
  static Optional<String> findLabels(PersistentVolume volume) {
    return isOurs(volume)
        ? Optional.ofNullable(volume.getSpec().getCsi().getVolumeAttributes())
            .flatMap(map -> Optional.ofNullable(map.get(VolumeContext.LABELS)))
        : Optional.empty();
  }

  /** What the disk of a volume of ours has been labelled with. */
  public static Optional<String> findBoundLabels(PersistentVolume volume) {
    return isOurs(volume)
        ? Optional.ofNullable(volume.getMetadata().getAnnotations())
            .flatMap(map -> Optional.ofNullable(map.get(BOUND_LABELS)))
        : Optional.empty();
  }

  /** The disk that it names, for whichever driver: what any of them has is wanted. */
  public static Optional<VolumeId> findHandle(PersistentVolume volume) {
    return Optional.ofNullable(volume.getSpec()).flatMap(PersistentVolumes::findHandle);
  }

  /** The same of a spec, which an attachment may have inline. */
  static Optional<VolumeId> findHandle(PersistentVolumeSpec spec) {
    return Optional.ofNullable(spec.getCsi())
        .flatMap(csi -> Optional.ofNullable(csi.getVolumeHandle()))
        .flatMap(PersistentVolumes::id);
  }

  private static Optional<VolumeId> id(String handle) {
    try {
      return Optional.of(new VolumeId(handle));
    } catch (InvalidRequest e) { // no disk has such an id
      return Optional.empty();
    }
  }
}
