package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.Topology;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a volume may be, as far as its request says (decision 7).
 *
 * @param terms segments under the keys of {@link Topology}, in order of preference: a node that was
 *     selected for the pod is at their head
 * @param claim what waits for the volume; empty if the provisioner does not tell
 */
public record Placement(List<Map<String, String>> terms, Optional<Claim> claim) {

  /** In one of these zones, in order of preference. */
  public static Placement inZones(List<String> zones) {
    return new Placement(
        zones.stream().map(zone -> Map.of(Topology.ZONE_KEY, zone)).toList(), Optional.empty());
  }

  /** The zones it must be in one of; empty if the request leaves that open. */
  public List<String> zones() {
    return zonesOf(terms);
  }

  public static List<String> zonesOf(List<Map<String, String>> terms) {
    return terms.stream()
        .map(term -> term.getOrDefault(Topology.ZONE_KEY, ""))
        .filter(zone -> !zone.isEmpty())
        .distinct()
        .toList();
  }
}
