package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskSnapshot;
import java.util.List;
import java.util.Optional;

/** The snapshots of one project and region through the UCloud API. */
public final class UCloudSnapshotApi implements SnapshotApi {
  private final ApiCalls api;

  public UCloudSnapshotApi(ApiCalls api) {
    this.api = api;
  }

  @Override
  public Optional<UDiskSnapshot> find(SnapshotId id) {
    Page<UDiskSnapshot> page = api.readPage(DescribeUDiskSnapshot.byId(id.value()));
    Optional<UDiskSnapshot> found =
        page.items().stream().filter(snapshot -> snapshot.id().equals(id.value())).findFirst();
    if (found.isEmpty()) {
      MalformedRecords.requireNone("snapshot", id.value(), page, odd -> odd.mayBe(id.value()));
    }
    return found;
  }

  @Override
  public List<UDiskSnapshot> of(UDisk disk) {
    Page<UDiskSnapshot> all =
        api.readAll(offset -> DescribeUDiskSnapshot.ofDisk(disk.zone(), disk.id(), offset));
    MalformedRecords.requireNone("snapshot", "of " + disk.id(), all, odd -> odd.mayBeOf(disk.id()));
    return all.items().stream().filter(snapshot -> snapshot.diskId().equals(disk.id())).toList();
  }

  @Override
  public Page<UDiskSnapshot> page(int offset) {
    return api.readPage(DescribeUDiskSnapshot.all(offset));
  }

  @Override
  public SnapshotId create(UDisk disk, String name) {
    return api.changeExisting(disk.id(), new CreateUDiskSnapshot(disk.zone(), disk.id(), name));
  }

  @Override
  public void delete(UDiskSnapshot snapshot) {
    api.change(new DeleteUDiskSnapshot(snapshot.zone(), snapshot.id()));
  }
}
