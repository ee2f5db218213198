package cn.ucloud.csi.udisk.controller.volume;

/** What work on volumes asks of the cluster they are for. */
public record ClusterView(
    NodeDirectory nodes,
    Scheduling scheduling,
    Custody custody,
    Publications publications,
    Notices notices) {

  /** A cluster in which nobody is told anything. */
  public ClusterView(
      NodeDirectory nodes, Scheduling scheduling, Custody custody, Publications publications) {
    this(nodes, scheduling, custody, publications, Notices.none());
  }

  /** Where there is no cluster: nothing is known, and nothing is concluded from that. */
  public static ClusterView none() {
    return new ClusterView(
        NodeDirectory.none(), Scheduling.none(), Custody.none(), Publications.none());
  }
}
