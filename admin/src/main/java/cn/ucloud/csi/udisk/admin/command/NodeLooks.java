package cn.ucloud.csi.udisk.admin.command;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Driver.DriverPod;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Facts.Gap;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.read.Looks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks at the nodes that a question is about, by the plugin and the user's own rights: first the
 * plugin is told where to look, then the command is run again with what came of it as its input.
 */
final class NodeLooks {
  /** A look takes a second or two, and one after the other is taken. */
  private static final int MOST = 50;

  private final Session session;
  private final Links links;
  private final Set<String> nodes;

  /** Those of the volumes of what is asked about, or that node itself. */
  static NodeLooks of(Session session, CommonFlags flags, Optional<Target> target, Facts facts) {
    Links links = new Links(facts);
    List<Volume> volumes =
        target
            .map(one -> TargetObjects.volumes(one, flags.namespace(session), links))
            .orElse(facts.volumes());
    return new NodeLooks(session, links, target, volumes);
  }

  private NodeLooks(Session session, Links links, Optional<Target> target, List<Volume> volumes) {
    this.session = session;
    this.links = links;
    this.nodes = new TreeSet<>();
    target
        .filter(one -> one.kind() == Target.Kind.NODE)
        .ifPresentOrElse(
            node -> nodes.add(node.name()), () -> volumes.forEach(volume -> addNodesOf(volume)));
    nodes.remove("");
  }

  private void addNodesOf(Volume volume) {
    links.attachmentsOf(volume).stream().map(Attachment::node).forEach(nodes::add);
    links.diskOf(volume).flatMap(links::nodeOf).ifPresent(node -> nodes.add(node.name()));
    links.podsOf(volume).stream().filter(pod -> !pod.isOver()).map(Pod::node).forEach(nodes::add);
  }

  /** Tells the plugin where to look. */
  void ask() {
    for (String pod : expected().keySet()) {
      session
          .out()
          .println(
              String.join(
                  "\t",
                  "exec",
                  pod.replace('/', '\t'),
                  "csi-udisk",
                  "/opt/udisk-csi/udisk-csi",
                  "look"));
    }
    session.out().println("done");
  }

  /** The nodes that can be looked at, by their pods as namespace/name. */
  private Map<String, String> expected() {
    Map<String, String> pods = new TreeMap<>();
    links.facts().driver().nodePlugins().stream()
        .filter(plugin -> plugin.isReady() && nodes.contains(plugin.node()))
        .sorted(java.util.Comparator.comparing(DriverPod::node))
        .limit(MOST)
        .forEach(plugin ->
            pods.put(links.facts().driver().namespace() + "/" + plugin.name(), plugin.node()));
    return pods;
  }

  /**
   * The facts with what was looked at, from the standard input.
   *
   * @throws IOException if that breaks
   */
  Facts added() throws IOException {
    Map<String, String> expected = expected();
    Looks looks = Looks.read(session.in(), expected);
    List<Gap> gaps = new ArrayList<>(looks.gaps());
    for (String node : nodes) {
      if (!expected.containsValue(node)) {
        String why =
            expected.size() == MOST
                ? "one question looks at %d nodes".formatted(MOST)
                : "its node plugin is not ready";
        gaps.add(new Gap("look at " + node, Gap.Kind.NOT_ASKED, why));
      }
    }
    return links.facts().with(looks.looks(), gaps);
  }
}
