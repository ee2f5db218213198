package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.cluster.SelectedNode;
import cn.ucloud.csi.udisk.controller.model.Placement;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses where a volume is made, and says which nodes can have it. The cluster is asked only for
 * what the request leaves open: the zone, and for RSSD disks the node (decision 7).
 */
final class ZoneChoice {
  private final DiskApi disks;
  private final Scheduling scheduling;

  /**
   * Where a volume is to be made.
   *
   * @param zones in order of preference; empty if nobody knows one
   * @param node the node that was selected for the pod, as far as it was asked for: only where the
   *     zone or an RSSD disk depends on it
   * @param rssdZones the zones whose nodes say that they take RSSD disks, where any node will do;
   *     empty if that is not known
   */
  record Candidates(List<String> zones, Optional<SelectedNode> node, Set<String> rssdZones) {

    static Candidates inZones(List<String> zones) {
      return new Candidates(zones, Optional.empty(), Set.of());
    }

    /** False only if others are known to, and this one is not. */
    boolean mayTakeRssd(String zone) {
      return rssdZones.isEmpty() || rssdZones.contains(zone);
    }
  }

  ZoneChoice(DiskApi disks, Scheduling scheduling) {
    this.disks = disks;
    this.scheduling = scheduling;
  }

  /**
   * Where no term of the request names a zone, the selected node does, or else the nodes that match
   * the terms. Never guessed from where this process runs. Where the cluster does not tell, the
   * first term is taken for the selected node's.
   */
  Candidates choose(VolumeSpec spec) {
    List<Map<String, String>> terms = spec.placement().terms();
    boolean rssd = spec.plan().types().contains(DiskType.RSSD);
    boolean open = spec.zones().isEmpty();
    if (!rssd && !open) {
      return Candidates.inZones(spec.zones());
    }
    Optional<SelectedNode> selected =
        spec.placement().claim().flatMap(scheduling::findSelectedNode);
    if (selected.isPresent()) {
      List<Map<String, String>> there = open ? List.of(selected.get().segments()) : terms;
      return new Candidates(Placement.zonesOf(there), selected, Set.of());
    }
    boolean anyWillDo = spec.placement().claim().filter(scheduling::isImmediate).isPresent();
    if (!open && !anyWillDo) {
      return Candidates.inZones(spec.zones());
    }
    List<Map<String, String>> nodes = matching(terms);
    // Nodes say more than the terms: the provisioner takes any node's keys for those.
    return anywhere(nodes.isEmpty() ? terms : nodes, rssd);
  }

  private static Candidates anywhere(List<Map<String, String>> nodes, boolean rssd) {
    if (!rssd) {
      return Candidates.inZones(Placement.zonesOf(nodes));
    }
    List<Map<String, String>> takersFirst =
        nodes.stream().sorted(Comparator.comparing(node -> !saysRssd(node))).toList();
    List<Map<String, String>> takers = nodes.stream().filter(ZoneChoice::saysRssd).toList();
    return new Candidates(
        Placement.zonesOf(takersFirst), Optional.empty(), new HashSet<>(Placement.zonesOf(takers)));
  }

  private List<Map<String, String>> matching(List<Map<String, String>> terms) {
    List<Map<String, String>> wanted = terms.isEmpty() ? List.of(Map.of()) : terms;
    return wanted.stream()
        .flatMap(term -> scheduling.segmentsOfNodes(term).stream())
        .distinct()
        .toList();
  }

  /**
   * Whether a node was selected for the pod, so that only its zone will do, the first one of the
   * site. False if the request does not tell whose claim it is: then it means what it says.
   */
  boolean isBoundToNode(VolumeSpec spec) {
    return spec.placement().claim().filter(claim -> !scheduling.isImmediate(claim)).isPresent();
  }

  /**
   * Whether the volume may be in the zone. Where the request names only places of RSSD nodes, a
   * copy of another type may also be where the cluster has other nodes: the provisioner has left
   * those out because the selected node has a key that they lack, not because somebody wants it so.
   */
  boolean allows(String zone, Optional<DiskType> type, VolumeSpec spec) {
    return spec.allowsZone(zone)
        || (spec.source().isPresent()
            && type.filter(DiskType.RSSD::equals).isEmpty()
            && spec.placement().terms().stream().allMatch(ZoneChoice::saysRssd)
            && !scheduling.segmentsOfNodes(Map.of(Topology.ZONE_KEY, zone)).isEmpty());
  }

  /** Whether no node is in the zone. False also if the nodes are not known. */
  boolean isWithoutNodes(String zone) {
    return scheduling.segmentsOfNodes(Map.of(Topology.ZONE_KEY, zone)).isEmpty()
        && !scheduling.segmentsOfNodes(Map.of()).isEmpty();
  }

  /** Whether the disk is an RSSD disk and the node that was selected for its pod cannot take it. */
  boolean isOutOfReach(UDisk disk, Candidates site) {
    return isRssd(disk) && site.node().filter(node -> !takes(node, disk)).isPresent();
  }

  /**
   * Whether only nodes that say that they take RSSD disks can have the disk. What it is counts, and
   * not only for which node this call is: an earlier call may have made it for another. No such
   * nodes are asked for where the selected one takes it without saying so.
   */
  boolean isForRssdNodes(UDisk disk, Candidates site, VolumeSpec spec) {
    if (!isRssd(disk)) {
      return false;
    }
    if (site.node().filter(node -> mayBeIn(disk.zone(), node)).isPresent()) {
      SelectedNode node = site.node().get();
      return saysRssd(node.segments()) || !takes(node, disk);
    }
    return spec.placement().terms().stream().anyMatch(term -> saysRssdIn(disk.zone(), term))
        || scheduling.segmentsOfNodes(Map.of(Topology.ZONE_KEY, disk.zone())).stream()
            .anyMatch(ZoneChoice::saysRssd);
  }

  /** Of a node whose instance is not known nothing is known against it. */
  private boolean takes(SelectedNode node, UDisk disk) {
    return mayBeIn(disk.zone(), node)
        && (saysRssd(node.segments())
            || node.instance().isEmpty()
            || disks
                .findHost(node.instance().get())
                .filter(host -> host.zone().equals(disk.zone()) && host.rdmaCluster().isPresent())
                .isPresent());
  }

  private static boolean mayBeIn(String zone, SelectedNode node) {
    return node.segments().getOrDefault(Topology.ZONE_KEY, zone).equals(zone);
  }

  private static boolean saysRssdIn(String zone, Map<String, String> segments) {
    return saysRssd(segments) && zone.equals(segments.get(Topology.ZONE_KEY));
  }

  private static boolean saysRssd(Map<String, String> segments) {
    return Topology.RSSD.equals(segments.get(Topology.RSSD_KEY));
  }

  private static boolean isRssd(UDisk disk) {
    return disk.type().filter(DiskType.RSSD::equals).isPresent();
  }
}
