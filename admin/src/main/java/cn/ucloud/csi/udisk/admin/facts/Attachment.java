package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;

/**
 * A VolumeAttachment of this driver.
 *
 * @param volume the name of the PersistentVolume; empty of an inline one
 * @param nodeId as which the attacher knew the node
 * @param device the letter that the cloud gave the disk there, as the node was told it
 * @param attachError the last one; empty without
 */
public record Attachment(
    String name,
    String uid,
    String version,
    String volume,
    String node,
    String nodeId,
    boolean isAttached,
    String device,
    Instant createdAt,
    Instant deletedAt,
    String attachError,
    String detachError,
    List<String> finalizers) {

  public boolean isDeleting() {
    return deletedAt.isAfter(Instant.EPOCH);
  }
}
