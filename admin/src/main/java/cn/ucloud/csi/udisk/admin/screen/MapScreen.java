package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Finding;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** From claim to disk to pod, one line each; what does not fit has its codes at the end. */
public final class MapScreen {
  private static final String NONE = "-";

  private final Messages messages;
  private final boolean isWide;

  /**
   * @param isWide whether names are shown whole
   */
  public MapScreen(Messages messages, boolean isWide) {
    this.messages = messages;
    this.isWide = isWide;
  }

  public List<String> lines(Links links, List<Finding> findings) {
    Facts facts = links.facts();
    if (facts.volumes().isEmpty()) {
      String namespace = facts.scope().namespace();
      return List.of(
          namespace.isEmpty()
              ? messages.say("empty.all")
              : messages.say("empty.namespace", namespace));
    }
    boolean manyNamespaces = facts.scope().namespace().isEmpty();
    TextTable table = new TextTable();
    table.add(
        messages.say("column.claim"),
        messages.say("column.volume"),
        messages.say("column.disk"),
        messages.say("column.cloud"),
        messages.say("column.node"),
        messages.say("column.attachment"),
        messages.say("column.pods"));
    facts.volumes().stream()
        .sorted(java.util.Comparator.comparing(Volume::claimKey).thenComparing(Volume::name))
        .forEach(volume -> table.add(cells(volume, links, findings, manyNamespaces)));
    return table.lines();
  }

  private List<String> cells(
      Volume volume, Links links, List<Finding> findings, boolean manyNamespaces) {
    Optional<Attachment> attachment = links.attachmentsOf(volume).stream().findFirst();
    List<String> cells = new ArrayList<>();
    cells.add(orNone(manyNamespaces ? volume.claimKey() : volume.claimName()));
    cells.add(isWide ? volume.name() : shortened(volume.name()));
    cells.add(orNone(volume.disk()));
    cells.add(cloud(volume, links));
    cells.add(
        attachment
            .map(Attachment::node)
            .or(() -> links.diskOf(volume).flatMap(links::nodeOf).map(node -> node.name()))
            .orElse(NONE));
    cells.add(attachment.map(this::state).orElse(messages.say("state.none")));
    cells.add(pods(volume, links));
    String codes = codes(volume, links, findings);
    cells.add(codes.isEmpty() ? messages.say("state.ok") : codes);
    return cells;
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }

  /** The first group of a UID tells volumes apart well enough. */
  private static String shortened(String name) {
    return name.matches("pvc-[0-9a-f]{8}-[0-9a-f-]{27}") ? name.substring(0, 12) : name;
  }

  private String cloud(Volume volume, Links links) {
    Optional<Disk> disk = links.diskOf(volume);
    if (disk.isEmpty()) {
      return messages.say("notRead");
    }
    if (!disk.get().exists()) {
      return messages.say("state.gone");
    }
    return "%s%s %dGi"
        .formatted(
            disk.get().status(),
            disk.get().device().isEmpty() ? "" : " " + disk.get().device(),
            disk.get().gib());
  }

  private String state(Attachment attachment) {
    if (attachment.isDeleting()) {
      return messages.say("state.detaching");
    }
    return attachment.isAttached()
        ? (messages.say("state.attached") + " " + attachment.device()).strip()
        : messages.say("state.attaching");
  }

  private static String pods(Volume volume, Links links) {
    String pods =
        links.podsOf(volume).stream()
            .filter(pod -> !pod.isOver())
            .map(MapScreen::pod)
            .collect(Collectors.joining(", "));
    return orNone(pods);
  }

  private static String pod(Pod pod) {
    return pod.isReady()
        ? pod.name()
        : pod.name() + " " + (pod.waiting().isEmpty() ? pod.phase() : pod.waiting());
  }

  /** Those about the volume, its claim, disk, attachments and pods. */
  private static String codes(Volume volume, Links links, List<Finding> findings) {
    Set<String> subjects = new HashSet<>();
    subjects.add("pv " + volume.name());
    subjects.add("pvc " + volume.claimKey());
    subjects.add("disk " + volume.disk());
    links.attachmentsOf(volume).forEach(attachment -> subjects.add("va " + attachment.name()));
    links.podsOf(volume).forEach(pod -> subjects.add("pod " + pod.key()));
    return findings.stream()
        .filter(finding -> subjects.contains(finding.about().toString()))
        .map(finding -> finding.code().name())
        .distinct()
        .collect(Collectors.joining(" "));
  }
}
