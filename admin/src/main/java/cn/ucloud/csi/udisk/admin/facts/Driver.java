package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;

/**
 * The driver as it runs here.
 *
 * @param namespace of its pods; empty if there are none
 * @param holder the pod that holds the lease, and so acts; empty if nobody does
 * @param renewedAt when the lease was last renewed
 * @param leaseSeconds how long it is good
 * @param hasCsiDriver whether there is the CSIDriver object
 * @param kubernetes the version of the API server
 * @param servesSnapshots whether the cluster has the objects of snapshots
 * @param otherWorkloads workloads of the closed driver that are still there
 * @param keysSecret the Secret that its controllers read their keys from; empty if there is none
 */
public record Driver(
    String namespace,
    String holder,
    Instant renewedAt,
    int leaseSeconds,
    boolean hasCsiDriver,
    String kubernetes,
    boolean servesSnapshots,
    List<DriverPod> controllers,
    List<DriverPod> nodePlugins,
    List<String> otherWorkloads,
    String keysSecret) {

  /** When nothing of it was read. */
  public static final Driver UNKNOWN =
      new Driver("", "", Instant.EPOCH, 0, false, "", false, List.of(), List.of(), List.of(), "");

  /**
   * A pod of it.
   *
   * @param image of the container of the driver itself
   * @param problem why it does not run, or why it ended last; empty if all is well
   */
  public record DriverPod(
      String name, String node, boolean isReady, String image, int restarts, String problem) {}

  /** Whether somebody acts at this moment. */
  public boolean acts(Instant now) {
    return !holder.isEmpty() && renewedAt.plusSeconds(leaseSeconds).isAfter(now);
  }
}
