package cn.ucloud.csi.udisk.orchestrator.object;

import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The topology requirement of a claim, as external-provisioner 6 builds it with {@code
 * --strict-topology=false}.
 *
 * <p>Requisite is every distinct place among the nodes, in the order of their names; preferred is
 * the same, turned until the selected node's is first. Only the keys of that node count, and nodes
 * that lack one are left out. Without a selected node the keys are those of any node, and the
 * claim's name says which place is first.
 */
public final class Topologies {
  private Topologies() {}

  /** For a claim whose pod has been placed. */
  public static TopologyRequirement requirement(
      NodeRegistration selected, List<NodeRegistration> nodes) {
    Set<String> keys = selected.topology().keySet();
    List<Map<String, String>> places =
        places(keys, Stream.concat(Stream.of(selected), nodes.stream()));
    return requirement(places, places.indexOf(restricted(selected.topology(), keys)));
  }

  /** For a claim that waits for no pod; {@code nodes} is not empty. */
  public static TopologyRequirement requirement(String claim, List<NodeRegistration> nodes) {
    List<Map<String, String>> places = places(nodes.getFirst().topology().keySet(), nodes.stream());
    return requirement(places, Math.floorMod(claim.hashCode(), places.size()));
  }

  private static List<Map<String, String>> places(
      Set<String> keys, Stream<NodeRegistration> nodes) {
    return nodes
        .filter(node -> node.topology().keySet().containsAll(keys))
        .map(node -> restricted(node.topology(), keys))
        .distinct()
        .sorted(Comparator.comparing(Object::toString))
        .toList();
  }

  private static TopologyRequirement requirement(List<Map<String, String>> places, int first) {
    List<Topology> requisite =
        places.stream().map(place -> Topology.newBuilder().putAllSegments(place).build()).toList();
    List<Topology> preferred = new ArrayList<>(requisite);
    Collections.rotate(preferred, -first);
    return TopologyRequirement.newBuilder()
        .addAllRequisite(requisite)
        .addAllPreferred(preferred)
        .build();
  }

  private static Map<String, String> restricted(Map<String, String> topology, Set<String> keys) {
    Map<String, String> result = new TreeMap<>(topology);
    result.keySet().retainAll(keys);
    return result;
  }
}
