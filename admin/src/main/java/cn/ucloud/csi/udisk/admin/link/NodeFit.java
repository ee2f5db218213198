package cn.ucloud.csi.udisk.admin.link;

import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Pod;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Why the nodes of a cluster cannot take a pod's volumes, node by node. */
public final class NodeFit {
  private static final int MOST_NAMED = 5;

  private NodeFit() {}

  /** Why a node does not take a volume. */
  public enum Misfit {
    OTHER_ZONE,
    NO_RSSD,
    NO_DRIVER,
    NOT_READY,
    CORDONED,
    NO_SLOT
  }

  /** Why this node does not take the volume now; empty if, as far as storage goes, it does. */
  public static Optional<Misfit> misfit(Volume volume, Node node, Links links) {
    if (!volume.zones().isEmpty() && !volume.zones().contains(node.zone())) {
      return Optional.of(Misfit.OTHER_ZONE);
    }
    if (volume.needsRssd() && !node.takesRssd()) {
      return Optional.of(Misfit.NO_RSSD);
    }
    if (!node.isReady()) {
      return Optional.of(Misfit.NOT_READY);
    }
    if (!node.isRegistered()) {
      return Optional.of(Misfit.NO_DRIVER);
    }
    if (node.isCordoned()) {
      return Optional.of(Misfit.CORDONED);
    }
    return node.slots() >= 0 && links.attachmentsOn(node).size() >= node.slots()
        ? Optional.of(Misfit.NO_SLOT)
        : Optional.empty();
  }

  /** The nodes that a volume can go to now. */
  public static List<Node> fitting(Volume volume, Links links) {
    return links.facts().nodes().stream()
        .filter(node -> misfit(volume, node, links).isEmpty())
        .toList();
  }

  /** What the scheduler says, and what of it is about volumes. */
  public static String sentence(Pod pod, Links links) {
    if (!links.facts().scope().allObjects()) {
      return pod.unscheduled();
    }
    List<Volume> volumes = links.volumesOf(pod);
    Map<Misfit, List<String>> why = new TreeMap<>();
    for (Node node : links.facts().nodes()) {
      volumes.stream()
          .flatMap(volume -> misfit(volume, node, links).stream())
          .findFirst()
          .ifPresent(
              misfit -> why.computeIfAbsent(misfit, _ -> new ArrayList<>()).add(node.name()));
    }
    String parts =
        why.entrySet().stream()
            .map(entry ->
                "%d %s (%s)"
                    .formatted(
                        entry.getValue().size(), words(entry.getKey()), some(entry.getValue())))
            .collect(Collectors.joining(" · "));
    return parts.isEmpty() ? pod.unscheduled() : parts + "; " + pod.unscheduled();
  }

  private static String words(Misfit misfit) {
    return misfit.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String some(List<String> names) {
    return names.size() <= MOST_NAMED
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, MOST_NAMED)) + ", …";
  }
}
