package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;

/**
 * Everything that was read.
 *
 * @param at when reading began
 * @param scope what was asked for: a part of the cluster never proves that something is not there
 * @param clusterId the end of the names of this cluster's disks, after {@code _}
 * @param clockAheadMillis how far this machine's clock is ahead of the API server's
 * @param disks those that were asked for; see {@link Scope#allDisks}
 * @param gaps what could not be read, and why
 */
public record Facts(
    Instant at,
    long clockAheadMillis,
    Scope scope,
    String region,
    String clusterId,
    Driver driver,
    List<Claim> claims,
    List<Volume> volumes,
    List<Attachment> attachments,
    List<Node> nodes,
    List<Pod> pods,
    List<StorageClass> classes,
    List<Disk> disks,
    List<Host> hosts,
    List<Event> events,
    List<Gap> gaps) {

  /**
   * What was read whole.
   *
   * @param namespace that claims and pods are of; empty for all
   * @param allDisks whether every disk of the region was read, so that one that is missing is gone
   * @param allObjects whether every volume, attachment and node was read
   */
  public record Scope(String namespace, boolean allDisks, boolean allObjects) {}

  /**
   * Something that could not be read.
   *
   * @param what as in "nodes" or "disks"
   * @param kind whose fault it is
   * @param why one sentence
   */
  public record Gap(String what, Kind kind, String why) {
    /** Why something could not be read. */
    public enum Kind {
      /** The role of this program lacks a right. */
      NOT_PERMITTED,
      /** The API server does not answer. */
      CLUSTER_UNREACHABLE,
      /** The cloud does not answer. */
      CLOUD_UNREACHABLE,
      /** The cloud refuses the keys. */
      KEYS_REFUSED,
      /** Reading it would have taken too long, or too many requests. */
      NOT_ASKED,
      /** It cannot be understood. */
      ODD
    }
  }
}
