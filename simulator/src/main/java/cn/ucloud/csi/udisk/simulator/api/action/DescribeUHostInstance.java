package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** UCloud API, DescribeUHostInstance. Hosts that are absent are left out, never refused. */
public final class DescribeUHostInstance implements Action {
  private final Region region;

  public DescribeUHostInstance(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    Page page = Page.of(request);
    List<Host> found =
        HostQuery.of(request, "UHostIds").from(region).stream()
            .filter(host -> !host.spec().isBareMetal())
            .toList();
    return Map.of(
        "TotalCount", found.size(),
        "UHostSet", page.from(found).stream().map(this::fields).toList());
  }

  private Map<String, Object> fields(Host host) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Zone", host.spec().zone());
    fields.put("UHostId", host.id());
    fields.put("Name", host.id());
    fields.put("State", host.running() ? "Running" : "Stopped");
    fields.put("MachineType", host.spec().machineType());
    fields.put("UHostFamily", host.spec().machineType());
    fields.put("RdmaClusterId", host.spec().rdma());
    fields.put("Tag", "Default");
    fields.put(
        "IPSet",
        List.of(
            Map.of(
                "IPMode", "IPv4",
                "Default", "true",
                "Type", "Private",
                "IP", host.spec().ip(),
                "Mac", "52:54:00:00:00:01")));
    fields.put(
        "DiskSet",
        HostQuery.disksOf(region, host).stream().map(DescribeUHostInstance::disk).toList());
    return fields;
  }

  private static Map<String, Object> disk(Disk disk) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("DiskType", disk.order().type().cloudName());
    fields.put("IsBoot", disk.boot() ? "True" : "False");
    fields.put("Type", disk.boot() ? "Boot" : "Udisk");
    fields.put("DiskId", disk.id());
    fields.put("Name", disk.order().name());
    fields.put("Drive", HostQuery.drive(disk));
    fields.put("Size", disk.order().sizeGb());
    fields.put("Encrypted", "false");
    fields.put("BackupType", "");
    return fields;
  }
}
