package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.api.action.Action;
import cn.ucloud.csi.udisk.simulator.api.action.ApiRequest;
import cn.ucloud.csi.udisk.simulator.api.action.AttachUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.BindLabels;
import cn.ucloud.csi.udisk.simulator.api.action.CloneUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.CloneUDiskSnapshot;
import cn.ucloud.csi.udisk.simulator.api.action.CreateLabels;
import cn.ucloud.csi.udisk.simulator.api.action.CreateUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.CreateUDiskSnapshot;
import cn.ucloud.csi.udisk.simulator.api.action.DeleteUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.DeleteUDiskSnapshot;
import cn.ucloud.csi.udisk.simulator.api.action.DescribePHost;
import cn.ucloud.csi.udisk.simulator.api.action.DescribeUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.DescribeUDiskSnapshot;
import cn.ucloud.csi.udisk.simulator.api.action.DescribeUHostInstance;
import cn.ucloud.csi.udisk.simulator.api.action.DetachUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.ListLabelsByResourceIds;
import cn.ucloud.csi.udisk.simulator.api.action.RenameUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.ResizeAttachedDisk;
import cn.ucloud.csi.udisk.simulator.api.action.ResizePHostAttachedDisk;
import cn.ucloud.csi.udisk.simulator.api.action.ResizeUDisk;
import cn.ucloud.csi.udisk.simulator.api.action.UnbindLabels;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.keys.Keyring;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;
import java.util.Optional;

/** The gateway of the API: who may call, what, and where. Then it is the action's turn. */
public final class UCloudApi {
  private final SimulatorConfig config;
  private final Region region;
  private final Keyring keyring;
  private final RateLimit rateLimit;
  private final RateLimit mutationLimit;
  private final Map<String, Action> actions;

  /**
   * @param mutationLimit of the calls that change something, besides that of all calls
   */
  public UCloudApi(
      SimulatorConfig config,
      Region region,
      Keyring keyring,
      RateLimit rateLimit,
      RateLimit mutationLimit) {
    this.config = config;
    this.region = region;
    this.keyring = keyring;
    this.rateLimit = rateLimit;
    this.mutationLimit = mutationLimit;
    this.actions =
        Map.ofEntries(
            Map.entry("CreateUDisk", new CreateUDisk(region)),
            Map.entry("DescribeUDisk", new DescribeUDisk(region, config.nameFilter())),
            Map.entry("AttachUDisk", new AttachUDisk(region)),
            Map.entry("DetachUDisk", new DetachUDisk(region)),
            Map.entry("DeleteUDisk", new DeleteUDisk(region)),
            Map.entry("RenameUDisk", new RenameUDisk(region)),
            Map.entry("ResizeUDisk", new ResizeUDisk(region)),
            Map.entry("ResizeAttachedDisk", new ResizeAttachedDisk(region)),
            Map.entry("ResizePHostAttachedDisk", new ResizePHostAttachedDisk(region)),
            Map.entry("CreateUDiskSnapshot", new CreateUDiskSnapshot(region)),
            Map.entry("DescribeUDiskSnapshot", new DescribeUDiskSnapshot(region)),
            Map.entry("DeleteUDiskSnapshot", new DeleteUDiskSnapshot(region)),
            Map.entry("CloneUDiskSnapshot", new CloneUDiskSnapshot(region)),
            Map.entry("CloneUDisk", new CloneUDisk(region)),
            Map.entry("DescribeUHostInstance", new DescribeUHostInstance(region)),
            Map.entry("DescribePHost", new DescribePHost(region)),
            Map.entry("CreateLabels", new CreateLabels(region)),
            Map.entry("BindLabels", new BindLabels(region)),
            Map.entry("UnbindLabels", new UnbindLabels(region)),
            Map.entry("ListLabelsByResourceIds", new ListLabelsByResourceIds(region)));
  }

  Map<String, Object> answer(ApiRequest request) {
    String name = request.action();
    keyring.check(request.signed(), request.find("Signature"));
    if (!rateLimit.allows() || !(isRead(name) || mutationLimit.allows())) {
      throw new ApiRefusal(153, "request rate limited");
    }
    Action action = actions.get(name);
    if (action == null) {
      throw new ApiRefusal(161, "Action [" + name + "] not found");
    }
    requirePlace(request);
    return region.exclusively(() -> {
      if (!isRead(name)) {
        requireZoneOfDisk(request);
      }
      return action.answer(request);
    });
  }

  static boolean isRead(String action) {
    return action.startsWith("Describe") || action.startsWith("List");
  }

  /** A disk is only known in its own zone. Reads take the zone as a filter instead. */
  private void requireZoneOfDisk(ApiRequest request) {
    String diskId = request.find("UDiskId").or(() -> request.find("DiskId")).orElse("");
    Optional<String> zone = request.find("Zone");
    if (!diskId.isEmpty() && zone.isPresent()) {
      region
          .disks()
          .find(diskId)
          .filter(disk -> !disk.order().zone().equals(zone.get()))
          .ifPresent(disk -> {
            throw new ApiRefusal(17041, "no udisk " + disk.id() + " in " + zone.get());
          });
    }
  }

  private void requirePlace(ApiRequest request) {
    request
        .find("ProjectId")
        .filter(project -> !config.projects().contains(project))
        .ifPresent(project -> {
          throw new ApiRefusal(292, "project " + project + " does not exist");
        });
    if (!request.require("Region").equals(config.region())) {
      throw ApiRefusal.invalid("Region");
    }
    request
        .find("Zone")
        .filter(zone -> !config.zones().contains(zone))
        .ifPresent(zone -> {
          throw new ApiRefusal(293, "zone " + zone + " permission error");
        });
  }
}
