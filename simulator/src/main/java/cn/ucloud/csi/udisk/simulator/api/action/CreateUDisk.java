package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.List;
import java.util.Map;

/** UCloud API, CreateUDisk. The id comes in a list of one. */
public final class CreateUDisk implements Action {
  private final Region region;

  public CreateUDisk(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    String name = request.requireName("Name");
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
