package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.UCloudAction;
import cn.ucloud.csi.udisk.common.ucloud.udisk.AttachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CloneUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CloneUDiskSnapshot;
import cn.ucloud.csi.udisk.common.ucloud.udisk.CreateUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DeleteUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribePHost;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DescribeUHostInstance;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DetachUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizeAttachedDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizePHostAttachedDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.ResizeUDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The disks of one project and region through the UCloud API. */
public final class UCloudDiskApi implements DiskApi {
  private static final Page<UDisk> NONE = new Page<>(List.of(), 0);

  private final ApiCalls api;

  public UCloudDiskApi(ApiCalls api) {
    this.api = api;
  }

  @Override
  public Optional<UDisk> find(VolumeId id) {
    Page<UDisk> page = api.readPageOr(NONE, DescribeUDisk.byId(id.value()));
    Optional<UDisk> found =
        page.items().stream().filter(disk -> disk.id().equals(id.value())).findFirst();
    if (found.isEmpty()) {
      MalformedRecords.requireNone("disk", id.value(), page, odd -> odd.mayBe(id.value()));
    }
    return found;
  }

  @Override
  public List<UDisk> named(String name) {
    Page<UDisk> all = api.readAll(offset -> DescribeUDisk.byName(name, offset));
    MalformedRecords.requireNone("disk", "named " + name, all, odd -> odd.mayBeNamed(name));
    return all.items().stream().filter(disk -> disk.name().equals(name)).toList();
  }

  @Override
  public List<UDisk> on(NodeId host) {
    return api.<UDisk>readAll(offset -> DescribeUDisk.onHost(host.value(), offset)).items();
  }

  @Override
  public Page<UDisk> page(int offset) {
    return api.readPage(DescribeUDisk.all(offset));
  }

  @Override
  public Page<UDisk> billed(int offset) {
    return api.readPage(DescribeUDisk.all(offset).withBill());
  }

  @Override
  public Map<NodeId, Optional<Host>> findHosts(List<NodeId> nodes) {
    Map<NodeId, Optional<Host>> found = new HashMap<>();
    List<String> virtual = ids(nodes, false);
    if (!virtual.isEmpty()) {
      put(virtual, api.readPage(new DescribeUHostInstance(virtual)), found);
    }
    List<String> bareMetal = ids(nodes, true);
    if (!bareMetal.isEmpty()) {
      put(bareMetal, api.readPage(new DescribePHost(bareMetal)), found);
    }
    return found;
  }

  private static void put(List<String> asked, Page<Host> page, Map<NodeId, Optional<Host>> found) {
    for (String id : asked) {
      Optional<Host> host = page.items().stream().filter(h -> h.id().equals(id)).findFirst();
      if (host.isPresent() || page.odd().stream().noneMatch(odd -> odd.mayBe(id))) {
        found.put(new NodeId(id), host);
      } else if (asked.size() == 1) {
        MalformedRecords.requireNone("host", id, page, odd -> odd.mayBe(id));
      }
    }
  }

  @Override
  public boolean isHost(NodeId node) {
    List<String> id = List.of(node.value());
    return showsAny(api.readPage(new DescribeUHostInstance(id)))
        || showsAny(api.readPage(new DescribePHost(id)));
  }

  /** A record that cannot be read may be the one that was asked for. */
  private static boolean showsAny(Page<?> page) {
    return !page.items().isEmpty() || !page.odd().isEmpty();
  }

  private static List<String> ids(List<NodeId> nodes, boolean bareMetal) {
    return nodes.stream()
        .filter(node -> node.isBareMetal() == bareMetal)
        .map(NodeId::value)
        .toList();
  }

  @Override
  public VolumeId create(
      VolumeSpec spec, DiskType type, String zone, Optional<String> rdmaCluster) {
    return api.change(
        new CreateUDisk(
            zone,
            spec.capacity().size(),
            spec.name().marked(),
            type,
            spec.plan().terms(),
            spec.plan().cmkId(),
            rdmaCluster));
  }

  @Override
  public VolumeId copy(ContentSource source, String zone, DiskSize size, VolumeSpec spec) {
    String name = spec.name().marked();
    DiskTerms terms = spec.plan().terms();
    return switch (source) {
      case OfSnapshot(var id) ->
          api.change(new CloneUDiskSnapshot(zone, id.value(), size, name, terms));
      case OfVolume(var id) ->
          api.changeExisting(id.value(), new CloneUDisk(zone, id.value(), size, name, terms));
    };
  }

  @Override
  public void attach(UDisk disk, NodeId node, boolean acrossClusters) {
    api.changeExisting(
        disk.id(), new AttachUDisk(disk.zone(), disk.id(), node.value(), acrossClusters));
  }

  @Override
  public void detach(UDisk disk, String host) {
    api.changeIfThere(new DetachUDisk(disk.zone(), disk.id(), host));
  }

  @Override
  public void delete(UDisk disk) {
    api.changeIfThere(new DeleteUDisk(disk.zone(), disk.id()));
  }

  @Override
  public boolean resizeNeedsRestart(UDisk disk, DiskSize size) {
    return disk.hostId()
        .filter(host -> !new NodeId(host).isBareMetal())
        .map(host -> api.read(new ResizeAttachedDisk(disk.zone(), host, disk.id(), size, true)))
        .orElse(false);
  }

  @Override
  public void resize(UDisk disk, DiskSize size) {
    if (disk.hostId().isEmpty()) {
      api.changeExisting(disk.id(), new ResizeUDisk(disk.zone(), disk.id(), size));
      return;
    }
    String host = disk.hostId().get();
    UCloudAction<?> action =
        new NodeId(host).isBareMetal()
            ? new ResizePHostAttachedDisk(disk.zone(), host, disk.id(), size)
            : new ResizeAttachedDisk(disk.zone(), host, disk.id(), size, false);
    api.changeExisting(disk.id(), action);
  }
}
