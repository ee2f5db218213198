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
    List<String> lines = new ArrayList<>(tree(volume, links).lines());
    if (!findings.isEmpty()) {
      lines.add("");
      lines.addAll(new FindingScreen(messages).lines(findings));
    }
    return lines;
  }

  private Branch tree(Volume volume, Links links) {
    String disk = links.diskOf(volume).map(this::diskWords).orElse(messages.say("notRead"));
    Branch ofVolume =
        new Branch(
            messages.say("tree.volume", volume.name(), volumeWords(volume)),
            new Branch(messages.say("tree.disk", volume.disk(), disk), users(volume, links)));
    return volume.claimKey().isEmpty()
        ? ofVolume
        : new Branch(messages.say("tree.claim", volume.claimKey()), ofVolume);
  }

  /** Its attachments, and the pods on nodes that it is not attached to. */
  private List<Branch> users(Volume volume, Links links) {
    List<Attachment> attachments = links.attachmentsOf(volume);
    Set<String> attached = attachments.stream().map(Attachment::node).collect(Collectors.toSet());
    return Stream.concat(
            attachments.stream()
                .map(found ->
                    new Branch(attachment(found, links), node(volume, found.node(), links))),
            links.podsOf(volume).stream()
                .filter(pod -> !pod.isOver() && !attached.contains(pod.node()))
                .map(pod -> new Branch(podWords(pod))))
        .toList();
  }

  /** A node that it is attached to, with its mounts and pods there. */
  private Branch node(Volume volume, String node, Links links) {
    Optional<Node.Look> look = links.looked().at(node);
    List<Node.Mount> mounts = look.map(at -> links.looked().mountsOf(volume, at)).orElse(List.of());
    return new Branch(
        messages.say("tree.node", node)
            + look.map(at -> "   " + device(volume, at, links)).orElse(""),
        Stream.concat(
                mounts.stream()
                    .filter(mount -> !mount.point().contains("/pods/"))
                    .map(this::mountWords),
                pods(volume, links, node).stream().map(pod -> podWords(pod) + where(pod, mounts)))
            .map(Branch::new)
            .toList());
  }

  private String where(Pod pod, List<Node.Mount> mounts) {
    return mounts.stream()
        .filter(mount -> mount.point().contains("/pods/" + pod.uid() + "/"))
        .map(mount -> "   " + mountWords(mount))
        .collect(Collectors.joining());
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
    String whole = mount.stopped().orElse(mount.superOptions().split(",", 2)[0]);
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
