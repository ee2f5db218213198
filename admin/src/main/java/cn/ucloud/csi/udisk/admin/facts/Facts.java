package cn.ucloud.csi.udisk.admin.facts;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that was read.
 *
 * @param at when reading began
 * @param scope what was asked for: a part of the cluster never proves that something is not there
 * @param clusterId the end of the names of this cluster's disks, after {@code _}
 * @param clockAheadMillis how far this machine's clock is ahead of the API server's
 * @param disks those that were asked for; see {@link Scope#allDisks}
 * @param snapshots those of a disk that was asked for alone; of everything, the interim ones
 * @param gaps what could not be read, and why
 * @param looks at nodes, as far as they were asked
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
    List<Snapshot> snapshots,
    List<Gap> gaps,
    List<Node.Look> looks) {

  /** Of facts of another version, what this one needs is not known. */
  public Facts {
    scope = Objects.requireNonNullElse(scope, new Scope("", false, Set.of()));
    driver = Objects.requireNonNullElse(driver, Driver.UNKNOWN);
  }

  /** The same, with looks at nodes and what could not be read of them. */
  public Facts with(List<Node.Look> added, List<Gap> gapsOfThem) {
    return new Facts(
        at,
        clockAheadMillis,
        scope,
        region,
        clusterId,
        driver,
        claims,
        volumes,
        attachments,
        nodes,
        pods,
        classes,
        disks,
        hosts,
        events,
        snapshots,
        Stream.concat(gaps.stream(), gapsOfThem.stream()).toList(),
        added);
  }

  /** Kinds of which a question may need every object. */
  public enum ObjectKind {
    CLAIMS,
    VOLUMES,
    ATTACHMENTS,
    NODES,
    /** They say with which id this driver is registered on a node. */
    CSI_NODES,
    PODS,
    CLASSES,
    /** VolumeSnapshotContents. */
    SNAPSHOT_CONTENTS
  }

  /**
   * What was read whole.
   *
   * @param namespace that claims and pods are of; empty for all
   * @param allDisks whether every disk of the region was read, so that one that is missing is gone
   * @param whole the kinds of which every object of the cluster was read, to the end of its list
   */
  public record Scope(String namespace, boolean allDisks, Set<ObjectKind> whole) {

    /** Whether of none of these kinds an object can be missing. */
    public boolean isWhole(ObjectKind... kinds) {
      return whole.containsAll(List.of(kinds));
    }

    /** Whether every volume, attachment and node was read. */
    public boolean allObjects() {
      return isWhole(
          ObjectKind.VOLUMES, ObjectKind.ATTACHMENTS, ObjectKind.NODES, ObjectKind.CSI_NODES);
    }
  }

  /**
   * A snapshot of a disk.
   *
   * @param id at the cloud; empty where only the cluster speaks of it
   * @param name at the cloud; the same
   * @param content the VolumeSnapshotContent that is, or asks for, it; empty without
   */
  public record Snapshot(String id, String name, String disk, String content) {}

  /** Whether one of these could not be read, so that it is not known to be missing. */
  public boolean isUnread(String... names) {
    return gaps.stream().anyMatch(gap -> List.of(names).contains(gap.what()));
  }

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
