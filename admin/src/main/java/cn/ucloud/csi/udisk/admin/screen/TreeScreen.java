package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One volume as a tree, from its claim down to its pods. */
public final class TreeScreen {
  private final Messages messages;

  public TreeScreen(Messages messages) {
    this.messages = messages;
  }

  public List<String> lines(Volume volume, Links links, List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    int depth = 0;
    if (!volume.claimKey().isEmpty()) {
      lines.add(messages.say("tree.claim", volume.claimKey()));
      depth++;
    }
    lines.add(at(depth++, messages.say("tree.volume", volume.name(), volumeWords(volume))));
    lines.add(
        at(
            depth++,
            messages.say(
                "tree.disk",
                volume.disk(),
                links.diskOf(volume).map(this::diskWords).orElse(messages.say("notRead")))));
    for (Attachment attachment : links.attachmentsOf(volume)) {
      lines.add(at(depth, attachment(attachment, links)));
      lines.add(at(depth + 1, messages.say("tree.node", attachment.node())));
      for (Pod pod : pods(volume, links, attachment.node())) {
        lines.add(at(depth + 2, podWords(pod)));
      }
    }
    Set<String> shown =
        links.attachmentsOf(volume).stream().map(Attachment::node).collect(Collectors.toSet());
    int last = depth;
    links.podsOf(volume).stream()
        .filter(pod -> !pod.isOver() && !shown.contains(pod.node()))
        .forEach(pod -> lines.add(at(last, podWords(pod))));
    if (!findings.isEmpty()) {
      lines.add("");
      lines.addAll(new FindingScreen(messages).lines(findings));
    }
    return lines;
  }

  private static String at(int depth, String text) {
    return depth == 0 ? text : "   ".repeat(depth - 1) + "└─ " + text;
  }

  private static String volumeWords(Volume volume) {
    return Stream.of(
            volume.attributes().getOrDefault("type", ""),
            volume.isBlock() ? "Block" : volume.fsType(),
            volume.bytes() < 0 ? "" : (volume.bytes() >> 30) + "Gi",
            volume.phase(),
            volume.reclaimPolicy(),
            String.join(",", volume.zones()))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private String diskWords(Disk disk) {
    if (!disk.exists()) {
      return messages.say("state.gone");
    }
    return Stream.of(
            disk.status(), disk.host(), disk.device(), disk.gib() + "Gi", disk.type(), disk.zone())
        .filter(word -> !word.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private String attachment(Attachment attachment, Links links) {
    String state =
        attachment.isDeleting() ? "detaching" : attachment.isAttached() ? "attached" : "attaching";
    return messages.say(
        "tree.attachment",
        attachment.name().length() > 12
            ? attachment.name().substring(0, 12) + "…"
            : attachment.name(),
        messages.say("state." + state) + (" " + attachment.device()).stripTrailing(),
        Ages.since(attachment.createdAt(), links.facts().at()));
  }

  private static List<Pod> pods(Volume volume, Links links, String node) {
    return links.podsOf(volume).stream()
        .filter(pod -> pod.node().equals(node) && !pod.isOver())
        .toList();
  }

  private String podWords(Pod pod) {
    return messages.say(
        "tree.pod",
        pod.name(),
        pod.isReady()
            ? messages.say("state.ok")
            : pod.waiting().isEmpty() ? pod.phase() : pod.waiting());
  }

  /** The claim that has no volume yet. */
  public List<String> lines(Claim claim) {
    return List.of(messages.say("tree.claim", claim.key()) + "   " + claim.phase());
  }
}
