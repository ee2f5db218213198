package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.NameFilter;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Placement;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** UCloud API, DescribeUDisk. A disk that is absent is an empty list, never a refusal. */
public final class DescribeUDisk implements Action {
  private final Region region;
  private final NameFilter nameFilter;

  public DescribeUDisk(Region region, NameFilter nameFilter) {
    this.region = region;
    this.nameFilter = nameFilter;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    Page page = Page.of(request);
    DiskFields fields = DiskFields.asked(request, region);
    List<Disk> found = candidates(request).stream().filter(wanted(request)).toList();
    List<Map<String, Object>> shown =
        page.from(found).stream().map(disk -> fields.of(disk, hostOf(disk))).toList();
    return Map.of("TotalCount", found.size(), "DataSet", shown);
  }

  private List<Disk> candidates(ApiRequest request) {
    return request
        .find("UDiskId")
        .map(id -> region.disks().findShown(id).stream().toList())
        .orElseGet(() -> region.disks().allShown());
  }

  private Optional<Host> hostOf(Disk disk) {
    return Optional.ofNullable(disk.attachment())
        .flatMap(attachment -> region.hosts().find(attachment.hostId()));
  }

  private Predicate<Disk> wanted(ApiRequest request) {
    Predicate<Disk> wanted = _ -> true;
    wanted =
        and(wanted, request.find("Zone").map(zone -> disk -> zone.equals(disk.order().zone())));
    wanted = and(wanted, request.find("UDiskName").map(this::isNamed));
    wanted = and(wanted, request.find("Tag").map(tag -> disk -> tag.equals(disk.order().tag())));
    wanted = and(wanted, request.find("HostId").map(hostId -> disk -> disk.isOn(hostId)));
    wanted = and(wanted, status(request));
    wanted = and(wanted, type(request));
    wanted = and(wanted, request.find("IsBoot").map(DescribeUDisk::isBoot));
    wanted = and(wanted, request.find("HostProduct").map(this::isOnProduct));
    return and(wanted, request.find("HostIdForAttachment").map(this::fits));
  }

  private static Predicate<Disk> and(
      Predicate<Disk> wanted, Optional<? extends Predicate<Disk>> filter) {
    return filter.isPresent() ? wanted.and(filter.get()) : wanted;
  }

  private Predicate<Disk> isNamed(String name) {
    return switch (nameFilter) {
      case EXACT -> disk -> disk.order().name().equals(name);
      case CONTAINS -> disk -> disk.order().name().contains(name);
    };
  }

  private static Optional<Predicate<Disk>> status(ApiRequest request) {
    return request
        .find("Status")
        .filter(status -> !status.equals("All"))
        .map(name ->
            Arrays.stream(DiskStatus.values())
                .filter(status -> status.apiName().equals(name))
                .findFirst()
                // Documented states that this region never uses match nothing.
                .<Predicate<Disk>>map(status -> disk -> disk.status() == status)
                .orElse(_ -> false));
  }

  private static Optional<Predicate<Disk>> type(ApiRequest request) {
    boolean newNames = DiskFields.isNewProtocol(request);
    if (newNames && request.find("DiskType").isPresent()) {
      request.require("IsBoot");
    }
    return request
        .find("DiskType")
        .map(name -> disk -> DiskFields.typeName(disk, newNames).equals(name));
  }

  private static Predicate<Disk> isBoot(String word) {
    return switch (word) {
      case "True" -> Disk::boot;
      case "False" -> disk -> !disk.boot();
      default -> throw ApiRefusal.invalid("IsBoot");
    };
  }

  private Predicate<Disk> isOnProduct(String product) {
    boolean bareMetal =
        switch (product) {
          case "uhost" -> false;
          case "uphost" -> true;
          default -> throw ApiRefusal.invalid("HostProduct");
        };
    return disk -> hostOf(disk).filter(host -> host.spec().isBareMetal() == bareMetal).isPresent();
  }

  private Predicate<Disk> fits(String hostId) {
    Optional<Host> host = region.hosts().find(hostId);
    return disk ->
        disk.status() == DiskStatus.AVAILABLE
            && host.filter(h -> Placement.fits(h.spec(), disk)).isPresent();
  }
}
