package cn.ucloud.csi.udisk.admin.object;

import static cn.ucloud.csi.udisk.admin.object.Json.bytes;
import static cn.ucloud.csi.udisk.admin.object.Json.each;
import static cn.ucloud.csi.udisk.admin.object.Json.instant;
import static cn.ucloud.csi.udisk.admin.object.Json.map;
import static cn.ucloud.csi.udisk.admin.object.Json.shared;
import static cn.ucloud.csi.udisk.admin.object.Json.text;
import static cn.ucloud.csi.udisk.admin.object.Json.texts;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.StorageClass;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.Topology;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Claims, volumes, attachments and classes, as the API server tells of them. */
public final class VolumeObjects {
  /** The closed driver's FlexVolume, which names its disk in its options. */
  private static final String FLEX = "ucloud/flexv";

  private static final String NOTE = IdentityService.DRIVER_NAME + "/";

  private static final Set<String> ZONE_KEYS =
      Set.of(
          Topology.ZONE_KEY,
          "topology.kubernetes.io/zone",
          "failure-domain.beta.kubernetes.io/zone");

  private VolumeObjects() {}

  public static Claim claim(JsonNode object) {
    return new Claim(
        text(object, "/metadata/namespace"),
        text(object, "/metadata/name"),
        text(object, "/metadata/uid"),
        text(object, "/metadata/resourceVersion"),
        text(object, "/status/phase"),
        text(object, "/spec/storageClassName"),
        text(object, "/spec/volumeName"),
        bytes(object, "/spec/resources/requests/storage"),
        shared(texts(object, "/spec/accessModes")),
        map(object, "/metadata/annotations").getOrDefault("volume.kubernetes.io/selected-node", ""),
        instant(object, "/metadata/creationTimestamp"),
        instant(object, "/metadata/deletionTimestamp"),
        shared(texts(object, "/metadata/finalizers")),
        shared(map(object, "/metadata/labels")));
  }

  /** Empty for a volume that is on no UDisk. */
  public static Optional<Volume> volume(JsonNode object) {
    boolean isOurs = IdentityService.DRIVER_NAME.equals(text(object, "/spec/csi/driver"));
    if (!isOurs && !FLEX.equals(text(object, "/spec/flexVolume/driver"))) {
      return Optional.empty();
    }
    List<JsonNode> terms = terms(object);
    return Optional.of(
        new Volume(
            text(object, "/metadata/name"),
            text(object, "/metadata/uid"),
            text(object, "/metadata/resourceVersion"),
            isOurs ? Volume.Kind.CSI : Volume.Kind.FLEX,
            text(object, isOurs ? "/spec/csi/volumeHandle" : "/spec/flexVolume/options/diskId"),
            text(object, "/status/phase"),
            text(object, "/spec/storageClassName"),
            text(object, isOurs ? "/spec/csi/fsType" : "/spec/flexVolume/fsType"),
            "Block".equals(text(object, "/spec/volumeMode")),
            shared(texts(object, "/spec/accessModes")),
            shared(map(object, "/spec/csi/volumeAttributes")),
            bytes(object, "/spec/capacity/storage"),
            text(object, "/spec/persistentVolumeReclaimPolicy"),
            text(object, "/spec/claimRef/namespace"),
            text(object, "/spec/claimRef/name"),
            text(object, "/spec/claimRef/uid"),
            shared(
                terms.stream()
                    .filter(term -> ZONE_KEYS.contains(text(term, "/key")))
                    .flatMap(term -> texts(term, "/values").stream())
                    .distinct()
                    .toList()),
            terms.stream().anyMatch(term -> Topology.RSSD_KEY.equals(text(term, "/key"))),
            shared(terms.stream().map(term -> text(term, "/key")).distinct().toList()),
            instant(object, "/metadata/creationTimestamp"),
            instant(object, "/metadata/deletionTimestamp"),
            shared(texts(object, "/metadata/finalizers")),
            text(object, "/status/message"),
            shared(texts(object, "/spec/mountOptions")),
            object.at(isOurs ? "/spec/csi/readOnly" : "/spec/flexVolume/readOnly").asBoolean(false),
            shared(map(object, "/metadata/labels")),
            shared(notes(object))));
  }

  private static Map<String, String> notes(JsonNode object) {
    Map<String, String> notes = new HashMap<>();
    map(object, "/metadata/annotations")
        .forEach((key, value) -> {
          if (key.startsWith(NOTE)) {
            notes.put(key.substring(NOTE.length()), value);
          }
        });
    return Map.copyOf(notes);
  }

  private static List<JsonNode> terms(JsonNode volume) {
    return each(volume, "/spec/nodeAffinity/required/nodeSelectorTerms")
        .flatMap(term -> each(term, "/matchExpressions"))
        .toList();
  }

  /** Empty for one that another driver attaches. */
  public static Optional<Attachment> attachment(JsonNode object) {
    if (!IdentityService.DRIVER_NAME.equals(text(object, "/spec/attacher"))) {
      return Optional.empty();
    }
    return Optional.of(
        new Attachment(
            text(object, "/metadata/name"),
            text(object, "/metadata/uid"),
            text(object, "/metadata/resourceVersion"),
            text(object, "/spec/source/persistentVolumeName"),
            text(object, "/spec/nodeName"),
            map(object, "/metadata/annotations")
                .getOrDefault("csi.alpha.kubernetes.io/node-id", ""),
            object.at("/status/attached").asBoolean(false),
            text(object, "/status/attachmentMetadata/deviceName"),
            instant(object, "/metadata/creationTimestamp"),
            instant(object, "/metadata/deletionTimestamp"),
            text(object, "/status/attachError/message"),
            text(object, "/status/detachError/message"),
            shared(texts(object, "/metadata/finalizers"))));
  }

  public static StorageClass storageClass(JsonNode object) {
    return new StorageClass(
        text(object, "/metadata/name"),
        text(object, "/provisioner"),
        map(object, "/parameters"),
        text(object, "/volumeBindingMode").isEmpty()
            ? "Immediate"
            : text(object, "/volumeBindingMode"),
        text(object, "/reclaimPolicy"),
        object.at("/allowVolumeExpansion").asBoolean(false),
        "true"
            .equals(
                map(object, "/metadata/annotations")
                    .get("storageclass.kubernetes.io/is-default-class")),
        each(object, "/allowedTopologies")
            .flatMap(term -> each(term, "/matchLabelExpressions"))
            .filter(term -> ZONE_KEYS.contains(text(term, "/key")))
            .flatMap(term -> texts(term, "/values").stream())
            .distinct()
            .toList());
  }

  /** Empty for a VolumeSnapshotContent of another driver. */
  public static Optional<Facts.Snapshot> snapshot(JsonNode object) {
    if (!IdentityService.DRIVER_NAME.equals(text(object, "/spec/driver"))) {
      return Optional.empty();
    }
    String handle = text(object, "/status/snapshotHandle");
    return Optional.of(
        new Facts.Snapshot(
            handle.isEmpty() ? text(object, "/spec/source/snapshotHandle") : handle,
            "",
            text(object, "/spec/source/volumeHandle"),
            text(object, "/metadata/name")));
  }

  /** The names of all claims that a pod uses, also of those that are made for it. */
  public static List<String> claims(JsonNode pod) {
    String name = text(pod, "/metadata/name");
    return each(pod, "/spec/volumes")
        .flatMap(volume ->
            volume.has("ephemeral")
                ? Stream.of(name + "-" + text(volume, "/name"))
                : Stream.of(text(volume, "/persistentVolumeClaim/claimName")))
        .filter(claim -> !claim.isEmpty())
        .toList();
  }
}
