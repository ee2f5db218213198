package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;

/**
 * A disk as the cloud shows it.
 *
 * @param status in the cloud's words, such as INUSE; empty if the cloud does not know the disk
 * @param type as a StorageClass calls it; empty for one that this driver never makes
 * @param host that has it, is getting it or is losing it
 * @param hostAddress of that host
 * @param device the letter on that host
 * @param paidUntil until when it is paid for; the epoch for one that has no end of its own
 * @param isExpired whether it is unpaid, and so will be destroyed
 * @param keyProblem the state of a key that cannot be used, such as Disabled; else empty
 */
public record Disk(
    String id,
    String name,
    String status,
    String type,
    int gib,
    String zone,
    String host,
    String hostAddress,
    String device,
    boolean isSystemDisk,
    Instant createdAt,
    Instant paidUntil,
    boolean isExpired,
    String keyProblem) {

  /** One that the cloud does not know. */
  public static Disk gone(String id) {
    return new Disk(
        id, "", "", "", 0, "", "", "", "", false, Instant.EPOCH, Instant.EPOCH, false, "");
  }

  /** Whether the cloud knows it. */
  public boolean exists() {
    return !status.isEmpty();
  }

  public boolean isFree() {
    return "AVAILABLE".equals(status);
  }

  public boolean isInUse() {
    return "INUSE".equals(status);
  }

  /** Whether it has the mark of this cluster, at the end of its name. */
  public boolean isOf(String clusterId) {
    return !clusterId.isEmpty() && name.endsWith("_" + clusterId);
  }
}
