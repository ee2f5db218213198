package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.Placement;
import csi.v1.CreateVolumeRequest;
import csi.v1.TopologyRequirement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads where a volume may be made. */
final class Requirement {
  /** Parameters that the provisioner adds with --extra-create-metadata. */
  private static final String CLAIM_NAME = ClassParameters.SIDECAR_PREFIX + "pvc/name";

  private static final String CLAIM_NAMESPACE = ClassParameters.SIDECAR_PREFIX + "pvc/namespace";

  private Requirement() {}

  /**
   * The terms of the requirement that are of {@code region}, the preferred ones first; the
   * provisioner puts the selected node's at their head.
   *
   * @throws InvalidRequest if there are terms, and none is of the region
   */
  static Placement from(CreateVolumeRequest request, String region) {
    TopologyRequirement requirement = request.getAccessibilityRequirements();
    List<Map<String, String>> all =
        Stream.concat(
                requirement.getPreferredList().stream(), requirement.getRequisiteList().stream())
            .map(csi.v1.Topology::getSegmentsMap)
            .distinct()
            .toList();
    List<Map<String, String>> here =
        all.stream()
            .filter(term -> term.getOrDefault(Topology.REGION_KEY, region).equals(region))
            .toList();
    if (here.isEmpty() && !all.isEmpty()) {
      throw new InvalidRequest(
          "accessibility_requirements", "names no place in region %s".formatted(region));
    }
    return new Placement(here, claim(request));
  }

  private static Optional<Claim> claim(CreateVolumeRequest request) {
    String name = request.getParametersOrDefault(CLAIM_NAME, "");
    String namespace = request.getParametersOrDefault(CLAIM_NAMESPACE, "");
    return name.isEmpty() || namespace.isEmpty()
        ? Optional.empty()
        : Optional.of(new Claim(namespace, name, request.getName()));
  }
}
