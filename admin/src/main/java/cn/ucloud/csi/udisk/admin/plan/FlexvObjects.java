package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** What takes the place of a FlexVolume and of its claim. */
final class FlexvObjects {
  /** A note of the new volume: the labels of its claim, as JSON. */
  private static final String CLAIM_LABELS = "claim-labels";

  private FlexvObjects() {}

  /** What it is mounted as; the old driver made ext4 where nothing is said. */
  static String fsType(Volume old) {
    return old.fsType().isEmpty() ? FilesystemType.DEFAULT.toString() : old.fsType();
  }

  /** The claim of a new volume. */
  static ObjectNode claim(Volume made) {
    ObjectNode claim = Steps.claim(made.claimNamespace(), made.claimName(), made);
    Map<String, String> labels = Steps.labels(made.notes().getOrDefault(CLAIM_LABELS, "{}"));
    if (!labels.isEmpty()) {
      claim.withObject("/metadata").set("labels", Steps.labels(labels));
    }
    return claim;
  }

  /** The new volume of an old one. */
  static ObjectNode volume(
      Volume old, String newName, Optional<Claim> claim, Disk disk, Facts facts) {
    ObjectNode pv = Steps.object().put("apiVersion", "v1").put("kind", "PersistentVolume");
    ObjectNode metadata = pv.putObject("metadata").put("name", newName);
    if (!old.labels().isEmpty()) {
      metadata.set("labels", Steps.labels(old.labels()));
    }
    ObjectNode notes = metadata.putObject("annotations");
    notes.put(IdentityService.DRIVER_NAME + "/" + MigrateFlexv.FROM, old.name());
    claim
        .filter(c -> !c.labels().isEmpty())
        .ifPresent(c ->
            notes.put(
                IdentityService.DRIVER_NAME + "/" + CLAIM_LABELS,
                Steps.labels(c.labels()).toString()));
    ObjectNode spec = pv.putObject("spec");
    spec.putArray("accessModes").add("ReadWriteOnce");
    spec.putObject("capacity").put("storage", Steps.quantity(old.bytes()));
    ObjectNode csi =
        spec.putObject("csi")
            .put("driver", IdentityService.DRIVER_NAME)
            .put("volumeHandle", old.disk())
            .put("fsType", fsType(old));
    if (old.isReadOnly()) {
      csi.put("readOnly", true);
    }
    if (!disk.type().isEmpty()) {
      csi.putObject("volumeAttributes").put("type", disk.type());
    }
    spec.put("persistentVolumeReclaimPolicy", "Retain")
        .put("storageClassName", old.className())
        .put("volumeMode", "Filesystem");
    if (!old.mountOptions().isEmpty()) {
      old.mountOptions().forEach(spec.putArray("mountOptions")::add);
    }
    if (!old.claimKey().isEmpty()) {
      spec.set("claimRef", Steps.claimRef(old.claimKey()));
    }
    Steps.putAffinity(spec, disk, facts);
    return pv;
  }
}
