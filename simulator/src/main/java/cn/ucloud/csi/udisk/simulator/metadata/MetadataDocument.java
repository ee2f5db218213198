package cn.ucloud.csi.udisk.simulator.metadata;

import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code /meta-data/v1.json} says: one shape for a UHost and another one for bare metal. */
final class MetadataDocument {
  private final String regionName;
  private final String project;
  private final Region region;

  MetadataDocument(String regionName, String project, Region region) {
    this.regionName = regionName;
    this.project = project;
    this.region = region;
  }

  Map<String, Object> of(Host host) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("availability-zone", host.spec().zone());
    document.put("cloud-name", "ucloud");
    document.put("instance-id", host.id());
    document.put("local-hostname", host.spec().ip().replace('.', '-'));
    document.put("platform", host.spec().isBareMetal() ? "uphost" : "uhost");
    document.put("region", regionName);
    if (host.spec().isBareMetal()) {
      document.put("uphost", bareMetal(host));
    } else {
      document.put("uhost", uhost(host));
    }
    return document;
  }

  private Map<String, Object> uhost(Host host) {
    Map<String, Object> uhost = new LinkedHashMap<>();
    uhost.put("uhost-id", host.id());
    putPlace(uhost, host);
    uhost.put("machine-type", host.spec().machineType());
    uhost.put("cpu", 4);
    uhost.put("memory", 8192);
    uhost.put(
        "disks",
        region.disks().on(host.id()).stream()
            .filter(Disk::isPlugged)
            .map(MetadataDocument::disk)
            .toList());
    return uhost;
  }

  /** Here disks are the built-in ones, and have no ids. */
  private Map<String, Object> bareMetal(Host host) {
    Map<String, Object> uphost = new LinkedHashMap<>();
    uphost.put("phost-id", host.id());
    uphost.put("phost-type", host.spec().machineType());
    putPlace(uphost, host);
    uphost.put(
        "disks",
        List.of(
            Map.of("name", "system", "type", "SSD", "space", 240, "raid", "Raid1", "iocap", 0)));
    return uphost;
  }

  private void putPlace(Map<String, Object> into, Host host) {
    into.put("zone", host.spec().zone());
    into.put("region", regionName);
    into.put("project-id", project);
    into.put(
        "network-interfaces",
        List.of(
            Map.of(
                "mac", "52:54:00:00:00:01",
                "vpc-id", "uvnet-simulator",
                "subnet-id", "subnet-simulator",
                "ips", List.of(Map.of("ip-address", host.spec().ip(), "type", "Private")))));
  }

  private static Map<String, Object> disk(Disk disk) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("disk-id", disk.id());
    fields.put("disk-type", disk.order().type().cloudName());
    fields.put(
        "drive", Optional.ofNullable(disk.attachment()).map(Attachment::deviceName).orElse(""));
    fields.put("is-boot", disk.boot());
    fields.put("size", disk.order().sizeGb());
    fields.put("encrypted", false);
    fields.put("name", disk.order().name());
    fields.put("backup-type", "");
    return fields;
  }
}
