package cn.ucloud.csi.udisk.controller.recovery;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.controller.cluster.EventRecorder;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.recovery.NodeMarks.Watched;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in log and events what is done with nodes and what is not; the same again now and then. */
final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);

  /** What more than that says is in the log. */
  private static final int MOST_NAMED = 10;

  private static final Duration AGAIN = Duration.ofMinutes(10);

  private record Said(String text, long at) {}

  private final EventRecorder events;
  private final TimeSource time;
  private final Map<String, Said> said = new HashMap<>();

  Notices(EventRecorder events, TimeSource time) {
    this.events = events;
    this.time = time;
  }

  /** These nodes are left as they are, because of what cluster or cloud look like. */
  void heldBack(List<String> nodes, String why) {
    String text =
        "no node is marked as out of service, because %s; those with silent kubelets and volumes are %s: see 'A node is dead' in the driver's operations.md"
            .formatted(why, some(nodes));
    if (isNews("", text)) {
      LOG.warn(text);
      events.aboutDriver(new VolumeEvent(Reason.RECOVERY_HELD_BACK, text));
      nodes.stream()
          .limit(MOST_NAMED)
          .forEach(
              node -> events.aboutNode(node, new VolumeEvent(Reason.RECOVERY_HELD_BACK, text)));
    }
  }

  /** A silent node with volumes of which it is not known which host it is. */
  void unknown(Watched node) {
    about(
        node,
        Reason.RECOVERY_HELD_BACK,
        "the kubelet of node %s is silent and volumes are attached there; it is not marked as out of service, because %s: see 'A node is dead' in the driver's operations.md"
            .formatted(
                node.name(),
                node.instances().isEmpty()
                    ? "no label UhostID, UHostID or node.uk8s.ucloud.cn/resource_id of it names its host"
                    : "its labels name several hosts, "
                        + some(node.instances().stream().map(NodeId::value).toList())));
  }

  /** The host of this node is off, and it is left as it is. */
  void keptBack(Watched node, String why) {
    about(
        node,
        Reason.RECOVERY_HELD_BACK,
        "host %s of node %s is off and its kubelet silent; it is not marked as out of service, because %s"
            .formatted(host(node), node.name(), why));
  }

  void marked(Watched node, Instant at) {
    about(
        node,
        Reason.HOST_STOPPED,
        "host %s of node %s was off in two looks and its kubelet silent: out of service since %s, so that its pods and volumes move; that ends when host and kubelet are back and no volume is attached there"
            .formatted(host(node), node.name(), at));
  }

  void back(Watched node) {
    about(
        node,
        Reason.HOST_BACK,
        "host %s of node %s runs, its kubelet is heard of and no volume is attached there: it is in service again"
            .formatted(host(node), node.name()));
  }

  private void about(Watched node, Reason reason, String text) {
    if (isNews(node.name(), text)) {
      LOG.warn(text);
      events.aboutNode(node.name(), new VolumeEvent(reason, text));
    }
  }

  private boolean isNews(String subject, String text) {
    long now = time.now();
    said.values().removeIf(before -> now - before.at >= AGAIN.toNanos());
    Said before = said.get(subject);
    if (before != null && before.text.equals(text)) {
      return false;
    }
    said.put(subject, new Said(text, now));
    return true;
  }

  private static String host(Watched node) {
    return node.instance().map(Object::toString).orElse("(unknown)");
  }

  private static String some(List<String> nodes) {
    String named = nodes.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return nodes.size() > MOST_NAMED
        ? named + " and %d others".formatted(nodes.size() - MOST_NAMED)
        : named;
  }
}
