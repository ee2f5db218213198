package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * UCloud API, DescribeUDiskSnapshot. There is no filter by name; an absent one is an empty list.
 */
public final class DescribeUDiskSnapshot implements Action {
  private final Region region;

  public DescribeUDiskSnapshot(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    Page page = Page.of(request);
    Optional<String> id = request.find("SnapshotId");
    Optional<String> disk = id.isPresent() ? Optional.empty() : request.find("UDiskId");
    if (disk.isPresent()) {
      request.require("Zone");
    }
    Optional<String> zone = request.find("Zone");
    List<Snapshot> found =
        region.snapshots().allShown().stream()
            .filter(snapshot -> id.filter(x -> !x.equals(snapshot.id())).isEmpty())
            .filter(snapshot -> disk.filter(x -> !x.equals(snapshot.source().id())).isEmpty())
            .filter(s -> zone.filter(x -> !x.equals(s.source().order().zone())).isEmpty())
            .toList();
    return Map.of(
        "TotalCount", found.size(),
        "DataSet", page.from(found).stream().map(this::fields).toList());
  }

  private Map<String, Object> fields(Snapshot snapshot) {
    Disk source = snapshot.source();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("Zone", source.order().zone());
    fields.put("SnapshotId", snapshot.id());
    fields.put("Name", snapshot.name());
    fields.put("UDiskId", source.id());
    fields.put("UDiskName", source.order().name());
    fields.put("CreateTime", snapshot.created().getEpochSecond());
    // The documented sample has this number in quotes.
    fields.put("Size", Integer.toString(source.order().sizeGb()));
    fields.put("Status", snapshot.status().apiName());
    fields.put("DiskType", typeNumber(source));
    fields.put("Comment", snapshot.comment());
    fields.put("IsUDiskAvailable", region.disks().find(source.id()).isPresent());
    fields.put("Version", "2.0");
    fields.put(
        "UHostId", Optional.ofNullable(source.attachment()).map(Attachment::hostId).orElse(""));
    return fields;
  }

  /** No number is documented for the other kinds; they get one that nobody can know. */
  private static int typeNumber(Disk disk) {
    int system = disk.boot() ? 1 : 0;
    return switch (disk.order().type()) {
      case NORMAL -> system;
      case SSD -> 2 + system;
      case RSSD -> 4 + system;
      case ESSD, ERSSD, EFFICIENCY -> 98 + system;
    };
  }
}
