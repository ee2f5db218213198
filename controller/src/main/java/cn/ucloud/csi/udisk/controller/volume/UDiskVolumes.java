package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.Done;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.UCloudClient;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.udisk.AttachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribePHost;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUHostInstance;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DetachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizeAttachedDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizePHostAttachedDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The disks of one project and region through the UCloud API. */
final class UDiskVolumes implements UDisks {
  private final UCloudClient client;

  UDiskVolumes(UCloudClient client) {
    this.client = client;
  }

  @Override
  public Optional<UDisk> find(VolumeId id) {
    try {
      return client.call(DescribeUDisk.byId(id.value())).disks().stream()
          .filter(disk -> disk.id().equals(id.value()))
          .findFirst();
    } catch (UCloudException e) {
      if (isDiskUnknown(e)) { // documented beside the empty answer
        return Optional.empty();
      }
      throw UDiskErrors.ofRead(e);
    }
  }

  @Override
  public List<UDisk> named(String name) {
    List<UDisk> found = new ArrayList<>();
    int seen = 0;
    DescribeUDisk.Page page;
    do {
      page = read(DescribeUDisk.byName(name, seen));
      page.disks().stream().filter(disk -> disk.name().equals(name)).forEach(found::add);
      seen += page.disks().size();
    } while (!page.disks().isEmpty() && seen < page.totalCount());
    return found;
  }

  @Override
  public Optional<Host> findHost(NodeId node) {
    return node.isBareMetal()
        ? read(new DescribePHost(node.value()))
        : read(new DescribeUHostInstance(node.value()));
  }

  @Override
  public VolumeId create(VolumeSpec spec, DiskType type) {
    return change(
        new CreateUDisk(
            spec.zones().getFirst(),
            spec.capacity().size(),
            spec.name().marked(),
            type,
            spec.plan().terms(),
            spec.plan().cmkId()));
  }

  @Override
  public void attach(UDisk disk, NodeId node) {
    changeExisting(disk, new AttachUDisk(disk.zone(), disk.id(), node.value()));
  }

  @Override
  public void detach(UDisk disk, String host) {
    changeIfThere(new DetachUDisk(disk.zone(), disk.id(), host));
  }

  @Override
  public void delete(UDisk disk) {
    changeIfThere(new DeleteUDisk(disk.zone(), disk.id()));
  }

  @Override
  public boolean resizeNeedsRestart(UDisk disk, DiskSize size) {
    return disk.hostId()
        .filter(host -> !new NodeId(host).isBareMetal())
        .map(host -> read(new ResizeAttachedDisk(disk.zone(), host, disk.id(), size, true)))
        .orElse(false);
  }

  @Override
  public void resize(UDisk disk, DiskSize size) {
    if (disk.hostId().isEmpty()) {
      changeExisting(disk, new ResizeUDisk(disk.zone(), disk.id(), size));
      return;
    }
    String host = disk.hostId().get();
    changeExisting(
        disk,
        new NodeId(host).isBareMetal()
            ? new ResizePHostAttachedDisk(disk.zone(), host, disk.id(), size)
            : new ResizeAttachedDisk(disk.zone(), host, disk.id(), size, false));
  }

  private <R> R read(UCloudAction<R> action) {
    try {
      return client.call(action);
    } catch (UCloudException e) {
      throw UDiskErrors.ofRead(e);
    }
  }

  private <R> R change(UCloudAction<R> action) {
    try {
      return client.call(action);
    } catch (UCloudException e) {
      throw UDiskErrors.ofMutation(e);
    }
  }

  private void changeExisting(UDisk disk, UCloudAction<?> action) {
    try {
      client.call(action);
    } catch (UCloudException e) {
      throw isDiskUnknown(e) ? new NotFound("volume", disk.id()) : UDiskErrors.ofMutation(e);
    }
  }

  private void changeIfThere(UCloudAction<Done> action) {
    try {
      client.call(action);
    } catch (UCloudException e) {
      if (!isDiskUnknown(e)) {
        throw UDiskErrors.ofMutation(e);
      }
    }
  }

  private static boolean isDiskUnknown(UCloudException failure) {
    return failure instanceof ApiRefused refused
        && refused.retCode() == RetCode.DISK_UNKNOWN.code();
  }
}
