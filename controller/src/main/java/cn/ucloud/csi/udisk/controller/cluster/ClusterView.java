package cn.ucloud.csi.udisk.controller.cluster;

/** What work on volumes asks of the cluster they are for. */
public record ClusterView(
    NodeDirectory nodes,
    Scheduling scheduling,
    ForceDetachPolicy forceDetachPolicy,
    PublishedNodes publishedNodes,
    EventRecorder events) {

  /** A cluster in which nobody is told anything. */
  public ClusterView(
      NodeDirectory nodes,
      Scheduling scheduling,
      ForceDetachPolicy forceDetachPolicy,
      PublishedNodes publishedNodes) {
    this(nodes, scheduling, forceDetachPolicy, publishedNodes, EventRecorder.none());
  }

  /** Where there is no cluster: nothing is known, and nothing is concluded from that. */
  public static ClusterView none() {
    return new ClusterView(
        NodeDirectory.none(), Scheduling.none(), ForceDetachPolicy.none(), PublishedNodes.none());
  }
}
