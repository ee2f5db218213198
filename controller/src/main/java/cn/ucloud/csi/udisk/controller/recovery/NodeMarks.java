package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.common.model.NodeId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The nodes of the cluster, and the taint by which Kubernetes deletes the pods of a node and
 * detaches its volumes without waiting: the mark.
 *
 * <p>Every method throws {@link cn.ucloud.csi.udisk.common.error.DriverException.Unavailable} if
 * the cluster cannot be asked now.
 */
public interface NodeMarks {

  /** Whether a node is marked, and by whom. */
  enum Mark {
    NONE,
    /** By this driver, in this process or in one before it. */
    OURS,
    /** By somebody else. */
    FOREIGN,
    /** Was marked by this driver, and somebody has taken that away. */
    REMOVED
  }

  /**
   * A node as it was watched.
   *
   * @param instances all hosts that its labels name
   * @param hasVolumes whether a VolumeAttachment of this driver is on it
   * @param markedAt when this driver marked it
   */
  record Watched(
      String name,
      List<NodeId> instances,
      boolean isReady,
      boolean hasVolumes,
      Mark mark,
      Optional<Instant> markedAt) {

    /** The host that it is; empty if its labels name none, or several. */
    Optional<NodeId> instance() {
      return instances.size() == 1 ? Optional.of(instances.getFirst()) : Optional.empty();
    }
  }

  /**
   * A node as it is now.
   *
   * @param heartbeat as {@link #heartbeats} has it; empty if its kubelet has no lease
   * @param names the node's name and its internal addresses
   * @param instances all hosts that its labels name
   * @param registered by which id this driver is registered there
   * @param otherHand who else is at work on it, in words
   */
  record Live(
      boolean isReady,
      Mark mark,
      Optional<String> heartbeat,
      Collection<String> names,
      List<String> instances,
      Optional<String> registered,
      Optional<String> otherHand) {}

  /** What each kubelet last wrote when it renewed the lease of its node; by the node's name. */
  Map<String, String> heartbeats();

  Collection<Watched> nodes();

  /** Whether a VolumeAttachment of this driver is on the node now. */
  boolean hasVolumes(String node);

  /**
   * Marks the node, if it still is as {@code doubt} was shown it.
   *
   * @param doubt why it must not be; empty if it may
   * @return that doubt; empty if the node is marked now
   */
  Optional<String> mark(String node, Instant at, Function<Live, Optional<String>> doubt);

  /** The same for taking this driver's mark, or what was left of it, away. */
  Optional<String> unmark(String node, Function<Live, Optional<String>> doubt);
}
