package cn.ucloud.csi.udisk.controller.volume;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a volume is to be made.
 *
 * @param zones in order of preference; empty if nobody knows one
 * @param node the node that was selected for the pod, as far as it was asked for: only where the
 *     zone or an RSSD disk depends on it
 * @param rssdZones the zones whose nodes say that they take RSSD disks, where any node will do;
 *     empty if that is not known
 */
record Site(List<String> zones, Optional<SelectedNode> node, Set<String> rssdZones) {

  static Site inZones(List<String> zones) {
    return new Site(zones, Optional.empty(), Set.of());
  }

  /** False only if others are known to, and this one is not. */
  boolean mayTakeRssd(String zone) {
    return rssdZones.isEmpty() || rssdZones.contains(zone);
  }
}
