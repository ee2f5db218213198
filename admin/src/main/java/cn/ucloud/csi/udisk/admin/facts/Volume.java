package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A PersistentVolume whose data are on a UDisk: of this driver, or of UCloud's FlexVolume driver.
 *
 * @param disk the id of the disk
 * @param phase Available, Bound, Released or Failed
 * @param attributes volumeAttributes
 * @param bytes capacity
 * @param claimUid of the claim that it is bound to, or was
 * @param zones where it may be used; empty if it does not say
 * @param affinityKeys all keys of its node affinity
 * @param message why its phase is what it is
 * @param isReadOnly whether it may only be mounted so
 * @param notes annotations of this driver, without its name before them
 */
public record Volume(
    String name,
    String uid,
    String version,
    Kind kind,
    String disk,
    String phase,
    String className,
    String fsType,
    boolean isBlock,
    List<String> accessModes,
    Map<String, String> attributes,
    long bytes,
    String reclaimPolicy,
    String claimNamespace,
    String claimName,
    String claimUid,
    List<String> zones,
    boolean needsRssd,
    List<String> affinityKeys,
    Instant createdAt,
    Instant deletedAt,
    List<String> finalizers,
    String message,
    List<String> mountOptions,
    boolean isReadOnly,
    Map<String, String> labels,
    Map<String, String> notes) {

  /** Whose driver it is for. */
  public enum Kind {
    CSI,
    FLEX
  }

  /** {@code namespace/name} of its claim; empty without one. */
  public String claimKey() {
    return claimName.isEmpty() ? "" : claimNamespace + "/" + claimName;
  }

  public boolean isReleased() {
    return "Released".equals(phase);
  }

  public boolean isDeleting() {
    return deletedAt.isAfter(Instant.EPOCH);
  }

  public boolean keepsItsDisk() {
    return "Retain".equals(reclaimPolicy);
  }
}
