package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Live;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Mark;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Watched;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Takes this driver's marks away: from nodes whose host runs, whose kubelet is heard of, and from
 * which all volumes have gone. Until then no pod may go there, since Kubernetes would detach its
 * volume without waiting for kubelet.
 */
final class Returns {
  private final HostStates hosts;
  private final NodeMarks cluster;
  private final Heartbeats heartbeats;
  private final Permission permission;
  private final Notices notices;

  Returns(
      HostStates hosts,
      NodeMarks cluster,
      Heartbeats heartbeats,
      Permission permission,
      Notices notices) {
    this.hosts = hosts;
    this.cluster = cluster;
    this.heartbeats = heartbeats;
    this.permission = permission;
    this.notices = notices;
  }

  /** How many marks were taken away. */
  long round(Collection<Watched> nodes) {
    nodes.stream()
        .filter(node -> node.mark() == Mark.OURS)
        .forEach(node -> node.markedAt().ifPresent(at -> notices.marked(node, at)));
    nodes.stream()
        .filter(node -> node.mark() == Mark.REMOVED && isBack(node))
        .forEach(node -> {
          var _ = unmark(node, Mark.REMOVED);
        });
    List<Watched> back =
        nodes.stream()
            .filter(node ->
                node.mark() == Mark.OURS
                    && isBack(node)
                    && !node.hasVolumes()
                    && node.instance().isPresent())
            .limit(HostStates.MOST)
            .toList();
    if (back.isEmpty()) {
      return 0;
    }
    HostStates.Look look =
        hosts.look(back.stream().map(node -> node.instance().orElseThrow()).toList(), List.of());
    long returned = 0;
    for (Watched node : back) {
      if (look.isRunning(node.instance().orElseThrow()) && unmark(node, Mark.OURS)) {
        notices.back(node);
        returned++;
      }
    }
    return returned;
  }

  private boolean isBack(Watched node) {
    return node.isReady() && heartbeats.isBeating(node.name());
  }

  private boolean unmark(Watched node, Mark expected) {
    try (Permission.Pass _ = permission.enter()) {
      return cluster.unmark(node.name(), live -> findDoubt(node.name(), live, expected)).isEmpty();
    }
  }

  private Optional<String> findDoubt(String name, Live live, Mark expected) {
    if (live.mark() != expected || !live.isReady()) {
      return Optional.of("it is not as it was");
    }
    return expected == Mark.OURS && cluster.hasVolumes(name)
        ? Optional.of("volumes are attached to it")
        : Optional.empty();
  }
}
