package cn.ucloud.csi.udisk.admin.facts;

import cn.ucloud.csi.udisk.controller.kube.record.OutOfService;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A Node with its CSINode and its lease.
 *
 * @param ready True, False or Unknown
 * @param readySince when that last changed
 * @param renewedAt when its kubelet last renewed the node's lease
 * @param addresses internal ones
 * @param instances all hosts that its labels name; more than one if they contradict each other
 * @param registeredId the id with which this driver is registered; empty if it is not
 * @param slots how many volumes of this driver it takes; -1 if it does not say
 * @param attachesByController whether the attach/detach controller attaches, and not kubelet
 * @param volumesAttached disks that the attach/detach controller thinks are attached
 * @param volumesInUse disks that kubelet says are in use
 */
public record Node(
    String name,
    String uid,
    String version,
    String ready,
    Instant readySince,
    Instant renewedAt,
    List<String> addresses,
    List<String> instances,
    String registeredId,
    String zone,
    boolean takesRssd,
    int slots,
    boolean isCordoned,
    List<String> taints,
    boolean attachesByController,
    List<String> volumesAttached,
    List<String> volumesInUse,
    String kubelet) {
  /** With which an admin says that a node is off (KEP-2268). */
  public static final String OUT_OF_SERVICE = OutOfService.TAINT;

  public boolean isReady() {
    return "True".equals(ready);
  }

  public boolean isRegistered() {
    return !registeredId.isEmpty();
  }

  /** The host behind it, by its labels or by its registration; empty if neither names one. */
  public String host() {
    return instances.isEmpty() ? registeredId : instances.getFirst();
  }

  public boolean isOutOfService() {
    return taints.stream().anyMatch(taint -> taint.startsWith(OUT_OF_SERVICE + "="));
  }

  /** Whether the cloud, or another object, means this node by {@code name}. */
  public boolean isCalled(String other) {
    return !other.isEmpty()
        && (name.equals(other)
            || registeredId.equals(other)
            || instances.contains(other)
            || addresses.contains(other));
  }

  /**
   * What {@code udisk-csi look} showed in a pod of a node. It is the word of that node alone.
   *
   * @param node the name of the Node whose plugin was asked, as the API server has it
   * @param records the disks of which the driver has noted there that it staged them
   * @param isWhole whether nothing of it was left out or could not be understood
   */
  public record Look(
      String node,
      List<Device> devices,
      List<Busy> busy,
      List<Mount> mounts,
      List<String> records,
      boolean isWhole) {}

  /**
   * A disk as the kernel shows it.
   *
   * @param name such as vdc, which need not be the letter of the cloud
   * @param number major:minor
   * @param serial {@code UCLOUD_DISK_} and the letter of the cloud; empty if the disk did not tell
   *     it in time
   * @param holders what uses it whole or in part, such as dm-0
   * @param errors what its filesystem has counted of them; 0 for one that does not count
   */
  public record Device(
      String name,
      String number,
      long sectors,
      boolean isReadOnly,
      String serial,
      List<String> holders,
      long errors) {}

  /**
   * What a disk did that had requests, while it was looked at.
   *
   * @param device the name of the disk
   * @param watchedMillis how long that was
   * @param completed how many requests it completed
   * @param tookMillis how long those took, added up
   * @param inFlight how many it had in the end
   */
  public record Busy(
      String device, long watchedMillis, long completed, long tookMillis, long inFlight) {}

  /**
   * A line of the mount table of the host.
   *
   * @param number major:minor of its filesystem
   * @param root what of the filesystem is mounted
   * @param point where
   * @param superOptions those of the filesystem, whatever the mount says
   */
  public record Mount(
      String number,
      String root,
      String point,
      String options,
      String type,
      String source,
      String superOptions) {
    private static final Set<String> STOPPED = Set.of("ro", "emergency_ro", "shutdown");

    /**
     * The word for a filesystem that an error has stopped, though its mount is writable; empty if
     * it works.
     */
    public Optional<String> stopped() {
      return words(options).contains("rw")
          ? words(superOptions).stream().filter(STOPPED::contains).findFirst()
          : Optional.empty();
    }

    private static List<String> words(String options) {
      return List.of(options.split(",", -1));
    }
  }
}
