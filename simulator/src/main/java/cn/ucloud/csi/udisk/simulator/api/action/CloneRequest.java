package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.region.CloneOrder;
import java.util.List;

/** What the two clone actions have in common; there is no DiskType, the source has one. */
final class CloneRequest {
  private static final List<String> CHARGE_TYPES =
      List.of("Year", "Month", "Dynamic", "Postpay", "Trial");

  private CloneRequest() {}

  static CloneOrder read(ApiRequest request, String defaultChargeType) {
    return new CloneOrder(
        request.require("Zone"),
        request.requireName("Name"),
        request.countOr("Size", 0),
        request.requireOneOf("ChargeType", defaultChargeType, CHARGE_TYPES),
        request.find("Tag").orElse("Default"),
        request.find("RdmaClusterId").orElse(""));
  }
}
