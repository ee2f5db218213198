package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.Topology;
import csi.v1.TopologyRequirement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a volume may be made.
 *
 * @param zones in order of preference; never empty
 */
record Placement(List<String> zones) {

  /**
   * Reads the zones of a requirement, the preferred ones first. They must be of {@code region}; the
   * zone is never guessed from where this process runs (decision 7).
   *
   * @throws InvalidRequest if no zone of the region is named
   */
  static Placement from(TopologyRequirement requirement, String region) {
    List<String> zones =
        Stream.concat(
                requirement.getPreferredList().stream(), requirement.getRequisiteList().stream())
            .flatMap(topology -> zone(topology, region).stream())
            .distinct()
            .toList();
    if (zones.isEmpty()) {
      throw new InvalidRequest(
          "accessibility_requirements",
          "names no zone of region %s under the key %s; use volumeBindingMode WaitForFirstConsumer"
                  .formatted(region, Topology.ZONE_KEY)
              + " or allowedTopologies");
    }
    return new Placement(zones);
  }

  private static Optional<String> zone(csi.v1.Topology topology, String region) {
    String theirs = topology.getSegmentsOrDefault(Topology.REGION_KEY, region);
    return theirs.equals(region)
        ? Optional.of(topology.getSegmentsOrDefault(Topology.ZONE_KEY, ""))
            .filter(zone -> !zone.isEmpty())
        : Optional.empty();
  }
}
