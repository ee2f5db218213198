package cn.ucloud.csi.udisk.simulator.orchestrator;

import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The topology requirement of a claim, as external-provisioner builds it without --strict-topology.
 *
 * <p>Requisite is every distinct place among the nodes; preferred is the same with the selected
 * node's first. Only the keys of the selected node count, and nodes that lack one are left out.
 */
final class Topologies {
  private Topologies() {}

  static TopologyRequirement requirement(NodeRegistration selected, List<NodeRegistration> nodes) {
    Set<String> keys = selected.topology().keySet();
    Set<Map<String, String>> places = new LinkedHashSet<>();
    Stream.concat(Stream.of(selected), nodes.stream())
        .filter(node -> node.topology().keySet().containsAll(keys))
        .forEach(node -> places.add(restricted(node.topology(), keys)));
    TopologyRequirement.Builder requirement = TopologyRequirement.newBuilder();
    for (Map<String, String> place : places) {
      Topology topology = Topology.newBuilder().putAllSegments(place).build();
      requirement.addRequisite(topology).addPreferred(topology);
    }
    return requirement.build();
  }

  private static Map<String, String> restricted(Map<String, String> topology, Set<String> keys) {
    Map<String, String> result = new TreeMap<>(topology);
    result.keySet().retainAll(keys);
    return result;
  }
}
