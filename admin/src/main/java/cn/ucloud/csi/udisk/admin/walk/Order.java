package cn.ucloud.csi.udisk.admin.walk;

import cn.ucloud.csi.udisk.admin.check.Code;
import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Driver.DriverPod;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.walk.Walk.State;
import cn.ucloud.csi.udisk.admin.walk.Walk.Step;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What must be so one after the other: after a power cut, or before an install. */
public final class Order {
  /** The oldest Kubernetes that the chart is for. */
  private static final int OLDEST_MINOR = 22;

  private Order() {}

  /** After a power cut: what must be up before what. */
  public static List<Step> ofColdStart(Links links, List<Finding> findings) {
    Facts facts = links.facts();
    List<String> off = names(facts.nodes().stream().filter(node -> !node.isReady()));
    List<String> waiting =
        names(
            facts.nodes().stream()
                .filter(node ->
                    node.taints().stream()
                        .anyMatch(taint -> taint.startsWith(NodeRecord.STARTUP_TAINT))));
    long plugins = facts.driver().nodePlugins().stream().filter(DriverPod::isReady).count();
    long attached = facts.attachments().stream().filter(a -> a.isAttached()).count();
    return List.of(
        step("order.api", true, "order.apiAnswers", facts.driver().kubernetes()),
        step(
            "order.nodes",
            off.isEmpty(),
            "order.nodesReady",
            facts.nodes().size() - off.size(),
            facts.nodes().size(),
            some(off)),
        step(
            "order.cloud",
            of(findings, Code.UD102, Code.UD103),
            "order.cloudAnswers",
            facts.region()),
        step(
            "order.controller",
            of(findings, Code.UD100),
            "order.controllerActs",
            facts.driver().holder()),
        step(
            "order.plugins",
            of(findings, Code.UD105, Code.UD106),
            "order.pluginsReady",
            plugins,
            facts.driver().nodePlugins().size()),
        step("order.taints", waiting.isEmpty(), "order.taintsGone", some(waiting)),
        step(
            "order.attachments",
            attached == facts.attachments().size(),
            "order.attachmentsDone",
            attached,
            facts.attachments().size()));
  }

  /** Before an install or an update. */
  public static List<Step> ofInstall(Links links, List<Finding> findings) {
    Facts facts = links.facts();
    List<String> others =
        facts.classes().stream()
            .filter(found -> IdentityService.DRIVER_NAME.equals(found.provisioner()))
            .map(found -> found.name())
            .toList();
    List<String> zoneless = names(facts.nodes().stream().filter(node -> node.zone().isEmpty()));
    List<String> nameless =
        names(facts.nodes().stream().filter(node -> node.instances().isEmpty()));
    return List.of(
        step(
            "order.api",
            isNewEnough(facts.driver().kubernetes()),
            "order.version",
            facts.driver().kubernetes(),
            "1." + OLDEST_MINOR),
        step(
            "order.cloud",
            of(findings, Code.UD102, Code.UD103),
            "order.cloudAnswers",
            facts.region()),
        step(
            "order.clock",
            of(findings, Code.UD104),
            "order.clockAgrees",
            facts.clockAheadMillis() / 1000),
        step("order.zones", zoneless.isEmpty(), "order.zonesKnown", some(zoneless)),
        step("order.hosts", nameless.isEmpty(), "order.hostsKnown", some(nameless)),
        step("order.attacher", of(findings, Code.UD110), "order.attacherIsController"),
        step("order.snapshots", facts.driver().servesSnapshots(), "order.snapshotsServed"),
        step(
            "order.closed",
            facts.driver().otherWorkloads().isEmpty(),
            "order.closedDriver",
            some(facts.driver().otherWorkloads())),
        step("order.classes", true, "order.classesThere", some(others)));
  }

  private static boolean isNewEnough(String version) {
    var parts = java.util.regex.Pattern.compile("v?1\\.(\\d+).*").matcher(version);
    return parts.matches() && Integer.parseInt(parts.group(1)) >= OLDEST_MINOR;
  }

  private static boolean of(List<Finding> findings, Code... codes) {
    Set<Code> some = EnumSet.copyOf(List.of(codes));
    return findings.stream().noneMatch(finding -> some.contains(finding.code()));
  }

  private static List<String> names(Stream<Node> nodes) {
    return nodes.map(Node::name).toList();
  }

  private static String some(List<String> names) {
    return names.isEmpty()
        ? "-"
        : names.stream().limit(5).collect(Collectors.joining(", "))
            + (names.size() > 5 ? ", …" : "");
  }

  private static Step step(String name, boolean isDone, String detail, Object... args) {
    return new Step(
        name,
        isDone ? State.DONE : State.FAILED,
        detail,
        Stream.of(args).map(String::valueOf).toList(),
        List.of());
  }
}
