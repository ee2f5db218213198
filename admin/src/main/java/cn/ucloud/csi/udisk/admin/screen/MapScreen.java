package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.SubjectFindings;
import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.link.Looked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  public List<String> lines(Links links, SubjectFindings findings) {
    Facts facts = links.facts();
    if (facts.volumes().isEmpty()) {
      String namespace = facts.scope().namespace();
      return List.of(
          namespace.isEmpty()
              ? messages.say("empty.all")
              : messages.say("empty.namespace", namespace));
    }
    TextTable table = new TextTable();
    rows(links, findings).forEach(table::add);
    return table.lines();
  }

  /** The same as cells, the titles of the columns first. */
  public List<List<String>> rows(Links links, SubjectFindings findings) {
    boolean manyNamespaces = links.facts().scope().namespace().isEmpty();
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            messages.say("column.claim"),
            messages.say("column.volume"),
            messages.say("column.disk"),
            messages.say("column.cloud"),
            messages.say("column.node"),
            messages.say("column.attachment"),
            messages.say("column.pods")));
    links.facts().volumes().stream()
        .sorted(Comparator.comparing(Volume::claimKey).thenComparing(Volume::name))
        .forEach(volume -> rows.add(cells(volume, links, findings, manyNamespaces)));
    return rows;
  }

  private List<String> cells(
      Volume volume, Links links, SubjectFindings findings, boolean manyNamespaces) {
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
    cells.add(
        attachment
            .map(found -> state(found) + device(volume, found.node(), links))
            .orElse(messages.say("state.none")));
    cells.add(pods(volume, links));
    String codes =
        findings.of(volume, links).stream()
            .map(finding -> finding.code().name())
            .distinct()
            .collect(Collectors.joining(" "));
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

  /** What the kernel calls it, where the node was looked at. */
  private static String device(Volume volume, String node, Links links) {
    return links
        .looked()
        .at(node)
        .flatMap(look -> links.diskOf(volume).flatMap(disk -> Looked.deviceOf(disk, look)))
        .map(device -> " = /dev/" + device.name())
        .orElse("");
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
}
