package cn.ucloud.csi.udisk.simulator.api.action;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.util.Map;
import java.util.Optional;

/** UCloud API, DeleteUDiskSnapshot: one snapshot, or with UDiskId all of a disk. */
public final class DeleteUDiskSnapshot implements Action {
  private final Region region;

  public DeleteUDiskSnapshot(Region region) {
    this.region = region;
  }

  @Override
  public Map<String, Object> answer(ApiRequest request) {
    request.require("Zone");
    Optional<String> snapshot = request.find("SnapshotId");
    Optional<String> disk = request.find("UDiskId");
    if (snapshot.isPresent() == disk.isPresent()) {
      throw ApiRefusal.invalid("SnapshotId");
    }
    snapshot.ifPresent(region.copies()::deleteSnapshot);
    disk.ifPresent(region.copies()::deleteSnapshotsOf);
    return Map.of();
  }
}
