package cn.ucloud.csi.udisk.admin.link;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Node;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Where a volume can go if nodes are lost.
 *
 * @param nodes those that can take it, as far as storage says
 * @param misfits why the others cannot, with their number
 */
public record Fate(Volume volume, List<Node> nodes, Map<NodeFit.Misfit, Integer> misfits) {

  /** Those of the volumes that are attached to lost nodes now, the hopeless first. */
  public static List<Fate> ifLost(Predicate<Node> isLost, Links links) {
    List<Node> left = links.facts().nodes().stream().filter(isLost.negate()).toList();
    return links.facts().nodes().stream()
        .filter(isLost)
        .flatMap(node -> links.attachmentsOn(node).stream())
        .filter(Attachment::isAttached)
        .map(Attachment::volume)
        .distinct()
        .flatMap(name -> links.volume(name).stream())
        .map(volume -> of(volume, left, links))
        .sorted(
            Comparator.comparing((Fate fate) -> !fate.nodes.isEmpty())
                .thenComparing(fate -> fate.volume.claimKey()))
        .toList();
  }

  private static Fate of(Volume volume, List<Node> left, Links links) {
    Map<NodeFit.Misfit, Integer> misfits = new TreeMap<>();
    Stream<Node> fitting =
        left.stream()
            .filter(node -> {
              var misfit = NodeFit.misfit(volume, node, links);
              misfit.ifPresent(why -> misfits.merge(why, 1, Integer::sum));
              return misfit.isEmpty();
            });
    return new Fate(volume, fitting.toList(), misfits);
  }
}
