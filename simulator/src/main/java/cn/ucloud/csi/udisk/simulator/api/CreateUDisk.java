package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** UCloud API, CreateUDisk. The id comes in a list of one. */
final class CreateUDisk implements Action {
  private static final Pattern NAME = Pattern.compile("[\\p{IsHan}A-Za-z0-9._-]{1,63}");

  private final Region region;

  CreateUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    String name = request.require("Name");
    if (!NAME.matcher(name).matches()) {
      throw ApiRefusal.invalid("Name");
    }
    DiskType type =
        DiskType.findByDataDiskName(request.find("DiskType").orElse("DataDisk"))
            .orElseThrow(() -> ApiRefusal.invalid("DiskType"));
    int sizeGb = request.requireInteger("Size");
    if (sizeGb < 1 || sizeGb > type.largestGb()) {
      throw ApiRefusal.invalid("Size");
    }
    request.countOr("Quantity", 1);
    if (request.isYes("UKmsMode", false)) {
      request.require("CmkId");
    }
    DiskOrder order =
        new DiskOrder(
            request.require("Zone"),
            name,
            sizeGb,
            type,
            request.requireOneOf(
                "ChargeType", "Dynamic", List.of("Year", "Month", "Dynamic", "Postpay", "Trial")),
            request.find("Tag").orElse("Default"),
            request.find("RdmaClusterId").orElse(""));
    return Map.of("UDiskId", List.of(region.provisioning().create(order).id()));
  }
}
