package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses where a volume is made. The cluster is asked only for what the request leaves open: the
 * zone, and for RSSD disks the node (decision 7).
 */
final class Sites {
  private final Scheduling scheduling;

  Sites(Scheduling scheduling) {
    this.scheduling = scheduling;
  }

  /**
   * Where no term of the request names a zone, the selected node does, or else the nodes that match
   * the terms. Never guessed from where this process runs. Where the cluster does not tell, the
   * first term is taken for the selected node's.
   */
  Site choose(VolumeSpec spec) {
    List<Map<String, String>> terms = spec.placement().terms();
    boolean rssd = spec.plan().types().contains(DiskType.RSSD);
    boolean open = spec.zones().isEmpty();
    if (!rssd && !open) {
      return new Site(spec.zones(), Optional.empty(), false);
    }
    Optional<SelectedNode> selected =
        spec.placement().claim().flatMap(scheduling::findSelectedNode);
    if (selected.isPresent()) {
      List<Map<String, String>> there = open ? List.of(selected.get().segments()) : terms;
      return new Site(
          Placement.zonesOf(there), selected.get().instance(), selected.get().takesRssd());
    }
    List<Map<String, String>> anywhere = open ? matching(terms) : terms;
    boolean anyWillDo = spec.placement().claim().filter(scheduling::isImmediate).isPresent();
    List<Map<String, String>> preferred =
        rssd && (open || anyWillDo) ? takersOfRssdFirst(anywhere) : anywhere;
    return new Site(
        Placement.zonesOf(preferred),
        Optional.empty(),
        preferred.stream().findFirst().filter(Sites::takesRssd).isPresent());
  }

  private List<Map<String, String>> matching(List<Map<String, String>> terms) {
    List<Map<String, String>> wanted = terms.isEmpty() ? List.of(Map.of()) : terms;
    return wanted.stream().flatMap(term -> scheduling.segmentsOfNodes(term).stream()).toList();
  }

  private static List<Map<String, String>> takersOfRssdFirst(List<Map<String, String>> terms) {
    return terms.stream().sorted(Comparator.comparing(term -> !takesRssd(term))).toList();
  }

  private static boolean takesRssd(Map<String, String> term) {
    return Topology.RSSD.equals(term.get(Topology.RSSD_KEY));
  }
}
