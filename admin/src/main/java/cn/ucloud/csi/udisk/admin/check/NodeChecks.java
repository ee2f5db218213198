package cn.ucloud.csi.udisk.admin.check;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** UD11x: can volumes be attached to a node, and are those on it safe. */
final class NodeChecks {
  /** After this long without a word kubelet is silent (node-monitor-grace-period and a bit). */
  private static final Duration SILENT = Duration.ofSeconds(60);

  private NodeChecks() {}

  /** For as long as its kubelet has renewed neither its lease nor its readiness. */
  static boolean isSilent(Node node, Instant now) {
    return !node.isReady()
        && node.renewedAt().isAfter(Instant.EPOCH)
        && node.renewedAt().plus(SILENT).isBefore(now);
  }

  static Stream<Finding> attachesByItself(Links links) {
    return links.facts().nodes().stream()
        .filter(node -> node.isRegistered() && !node.attachesByController())
        .map(node -> Finding.of(Code.UD110, Subject.of(node), node.name()));
  }

  /** The last word of a node that is out of service is not true any more. */
  static Stream<Finding> unknownInUse(Links links) {
    return links.facts().nodes().stream()
        .filter(node -> !node.isOutOfService())
        .flatMap(node -> {
          List<String> unknown =
              node.volumesInUse().stream()
                  .filter(disk -> !node.volumesAttached().contains(disk))
                  .filter(disk -> !isWaitedFor(disk, node, links))
                  .toList();
          return unknown.isEmpty()
              ? Stream.empty()
              : Stream.of(
                  Finding.of(
                      Code.UD111, Subject.of(node), node.name(), String.join(", ", unknown)));
        });
  }

  /** kubelet names a disk from the moment on at which its pod waits for it. */
  private static boolean isWaitedFor(String disk, Node node, Links links) {
    List<Pod> users =
        links.volumesOf(disk).stream()
            .flatMap(volume -> links.podsOf(volume).stream())
            .filter(pod -> pod.node().equals(node.name()) && !pod.isOver())
            .toList();
    return !users.isEmpty() && users.stream().allMatch(pod -> "Pending".equals(pod.phase()));
  }

  /** A node without attachments loses nothing. */
  static Stream<Finding> lost(Links links) {
    Facts facts = links.facts();
    return facts.nodes().stream()
        .filter(node -> isSilent(node, facts.at()) && !node.isOutOfService())
        .filter(node -> !links.attachmentsOn(node).isEmpty())
        .map(node -> {
          String age = Ages.since(node.renewedAt(), facts.at());
          int volumes = links.attachmentsOn(node).size();
          boolean isOff = links.hostOf(node).filter(host -> host.isOff()).isPresent();
          return Finding.of(
              isOff ? Code.UD114 : Code.UD112, Subject.of(node), node.name(), age, volumes);
        });
  }

  static Stream<Finding> contradiction(Links links) {
    return links.facts().nodes().stream()
        .filter(NodeChecks::contradictsItself)
        .map(node ->
            Finding.of(
                Code.UD115,
                Subject.of(node),
                node.name(),
                String.join(", ", node.instances()),
                node.registeredId()));
  }

  /** A registration by address says nothing of the host. */
  static boolean contradictsItself(Node node) {
    return node.instances().size() > 1
        || (!node.instances().isEmpty()
            && node.registeredId().startsWith("u")
            && !node.instances().contains(node.registeredId()));
  }

  static Stream<Finding> zone(Links links) {
    return links.facts().nodes().stream()
        .filter(node -> node.isRegistered() && node.zone().isEmpty())
        .map(node -> Finding.of(Code.UD116, Subject.of(node), node.name()));
  }

  static Stream<Finding> slots(Links links) {
    return links.facts().nodes().stream()
        .filter(node -> node.slots() >= 0)
        .filter(node -> attached(links, node).size() >= node.slots())
        .map(node ->
            Finding.of(
                Code.UD117,
                Subject.of(node),
                node.name(),
                attached(links, node).size(),
                node.slots()));
  }

  private static Set<String> attached(Links links, Node node) {
    return links.attachmentsOn(node).stream().map(Attachment::volume).collect(Collectors.toSet());
  }

  static Stream<Finding> back(Links links) {
    return links.facts().nodes().stream()
        .filter(node -> node.isReady() && node.isOutOfService())
        .map(node -> Finding.of(Code.UD118, Subject.of(node), node.name()));
  }
}
