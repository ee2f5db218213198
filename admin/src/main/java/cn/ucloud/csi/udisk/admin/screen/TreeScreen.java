package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Claim;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Ages;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.link.Looked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
      Optional<Node.Look> look = links.looked().at(attachment.node());
      lines.add(
          at(
              depth + 1,
              messages.say("tree.node", attachment.node())
                  + look.map(at -> "   " + device(volume, at, links)).orElse("")));
      List<Node.Mount> mounts =
          look.map(at -> links.looked().mountsOf(volume, at)).orElse(List.of());
      for (Node.Mount mount : mounts) {
        if (!mount.point().contains("/pods/")) {
          lines.add(at(depth + 2, mountWords(mount)));
        }
      }
      for (Pod pod : pods(volume, links, attachment.node())) {
        String where =
            mounts.stream()
                .filter(mount -> mount.point().contains("/pods/" + pod.uid() + "/"))
                .map(mount -> "   " + mountWords(mount))
                .collect(Collectors.joining());
        lines.add(at(depth + 2, podWords(pod) + where));
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

  /** Which device it is there; the cloud's letter need not be the kernel's. */
  private String device(Volume volume, Node.Look look, Links links) {
    Optional<Disk> disk = links.diskOf(volume);
    Optional<Node.Device> device = disk.flatMap(there -> Looked.deviceOf(there, look));
    if (device.isEmpty()) {
      return messages.say("tree.noDevice", disk.flatMap(Looked::serialOf).orElse("-"));
    }
    String letter = disk.map(Disk::device).orElse("").replace("/dev/", "");
    String name = device.get().name();
    String words =
        letter.equals(name)
            ? messages.say("tree.device", name, device.get().serial())
            : messages.say("tree.otherDevice", name, device.get().serial(), letter);
    boolean isRecorded = look.records().contains(volume.disk());
    return words + messages.say(isRecorded ? "tree.recorded" : "tree.notRecorded");
  }

  private String mountWords(Node.Mount mount) {
    String name = mount.point().substring(mount.point().lastIndexOf('/') + 1);
    String own = mount.options().split(",", 2)[0];
    String whole = mount.superOptions().split(",", 2)[0];
    return own.equals(whole)
        ? messages.say("tree.mount", name, mount.type(), own)
        : messages.say("tree.mountOther", name, mount.type(), own, whole);
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
