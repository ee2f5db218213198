package cn.ucloud.csi.udisk.admin.report;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.admin.screen.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The cluster as a picture (SVG): a box for each node, by zone, with a square for each of its
 * volumes; below them the volumes that are on no node. A square that does not fit is red, and each
 * says on touch what it is.
 */
final class MapPicture {
  private static final int WIDTH = 960;
  private static final int SQUARE = 12;
  private static final int STEP = 15;
  private static final int PER_ROW = 10;
  private static final int BOX = PER_ROW * STEP + 14;
  private static final int COLUMNS = WIDTH / (BOX + 8);

  private final Messages messages;
  private final Links links;
  private final Set<String> troubled;
  private final StringBuilder shapes = new StringBuilder();
  private int y;

  /**
   * @param troubled the names of the volumes that something is wrong with
   */
  MapPicture(Messages messages, Links links, Set<String> troubled) {
    this.messages = messages;
    this.links = links;
    this.troubled = troubled;
  }

  String svg() {
    Map<String, List<Node>> zones = new TreeMap<>();
    links
        .facts()
        .nodes()
        .forEach(node -> zones.computeIfAbsent(node.zone(), _ -> new ArrayList<>()).add(node));
    zones.forEach((zone, nodes) -> {
      label(zone.isEmpty() ? "?" : zone);
      rows(nodes);
    });
    List<Volume> free =
        links.facts().volumes().stream()
            .filter(volume -> links.attachmentsOf(volume).isEmpty())
            .toList();
    if (!free.isEmpty()) {
      label(messages.say("report.onNoNode", free.size()));
      squares(free, 0, WIDTH / STEP);
      y += ((free.size() - 1) / (WIDTH / STEP) + 1) * STEP + 8;
    }
    return "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s</svg>"
        .formatted(WIDTH, y + 4, Html.text(messages.say("report.map")), shapes);
  }

  private void label(String text) {
    y += 18;
    shapes.append("<text x=\"0\" y=\"%d\" class=\"zone\">%s</text>".formatted(y, Html.text(text)));
    y += 6;
  }

  private void rows(List<Node> nodes) {
    for (int from = 0; from < nodes.size(); from += COLUMNS) {
      List<Node> row = nodes.subList(from, Math.min(nodes.size(), from + COLUMNS));
      int tallest = 0;
      for (int column = 0; column < row.size(); column++) {
        tallest = Math.max(tallest, box(row.get(column), column * (BOX + 8)));
      }
      y += tallest + 8;
    }
  }

  private int box(Node node, int x) {
    List<Volume> volumes =
        links.attachmentsOn(node).stream()
            .map(Attachment::volume)
            .distinct()
            .flatMap(name -> links.volume(name).stream())
            .toList();
    int height = 20 + Math.max(1, (volumes.size() + PER_ROW - 1) / PER_ROW) * STEP + 4;
    shapes.append(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" class=\"node%s\"/>"
            .formatted(x, y, BOX, height, node.isReady() ? "" : " down"));
    shapes.append(
        "<text x=\"%d\" y=\"%d\" class=\"name\">%s</text>"
            .formatted(x + 7, y + 14, Html.text(shortened(node.name()))));
    int top = y;
    y += 20;
    squares(volumes, x + 7, PER_ROW);
    y = top;
    return height;
  }

  private static String shortened(String name) {
    return name.length() <= 24 ? name : name.substring(0, 23) + "…";
  }

  private void squares(List<Volume> volumes, int x, int perRow) {
    for (int i = 0; i < volumes.size(); i++) {
      Volume volume = volumes.get(i);
      shapes.append(
          "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" class=\"%s\"><title>%s</title></rect>"
              .formatted(
                  x + i % perRow * STEP,
                  y + i / perRow * STEP,
                  SQUARE,
                  SQUARE,
                  troubled.contains(volume.name()) ? "bad" : "good",
                  Html.text(title(volume))));
    }
  }

  private static String title(Volume volume) {
    return (volume.claimKey().isEmpty() ? volume.name() : volume.claimKey())
        + " · "
        + volume.disk()
        + " · "
        + (volume.bytes() >> 30)
        + "Gi";
  }
}
