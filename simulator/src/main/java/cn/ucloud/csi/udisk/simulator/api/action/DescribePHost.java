package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** UCloud API, DescribePHost: the bare metal twin of DescribeUHostInstance. */
public final class DescribePHost implements Action {
  private final Region region;

  public DescribePHost(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    Page page = Page.of(request);
    List<Host> found =
        HostQuery.of(request, "PHostId").from(region).stream()
            .filter(host -> host.spec().isBareMetal())
            .toList();
    return Map.of(
        "TotalCount", found.size(),
        "PHostSet", page.from(found).stream().map(this::fields).toList());
  }

  private Map<String, Object> fields(Host host) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Zone", host.spec().zone());
    fields.put("PHostId", host.id());
    fields.put("Name", host.id());
    fields.put("PMStatus", host.running() ? "Running" : "Stopped");
    fields.put("PhostClass", "CloudDisk");
    fields.put("RdmaClusterId", host.spec().rdma());
    fields.put("IPSet", List.of(Map.of("IPAddr", host.spec().ip())));
    fields.put(
        "DiskSet", HostQuery.disksOf(region, host).stream().map(DescribePHost::disk).toList());
    return fields;
  }

  private static Map<String, Object> disk(Disk disk) {
    return Map.of(
        "DiskId", disk.id(),
        "Name", disk.order().name(),
        "Drive", HostQuery.drive(disk),
        "Space", disk.order().sizeGb(),
        "IsBoot", disk.boot() ? "True" : "False");
  }
}
