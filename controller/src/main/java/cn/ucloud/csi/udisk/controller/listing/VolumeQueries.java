package cn.ucloud.csi.udisk.controller.listing;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.reads.PagedList;
import java.util.List;
import java.util.Optional;

/** What is asked about volumes, without changing any. */
public final class VolumeQueries {
  private final DiskApi disks;
  private final DiskInventory inventory;
  private final PublishedNodes publishedNodes;
  private final PagedList pages;

  public VolumeQueries(
      DiskApi disks, DiskInventory inventory, PublishedNodes publishedNodes, PagedList pages) {
    this.disks = disks;
    this.inventory = inventory;
    this.publishedNodes = publishedNodes;
    this.pages = pages;
  }

  /** The volume as it is now, if it exists. */
  public Optional<VolumeState> find(VolumeId id) {
    return disks
        .find(id)
        .map(disk -> VolumeState.of(disk, attached -> publishedNodes.view().findNode(attached)));
  }

  /**
   * The disks of the region as they are listed, system disks excepted: all that the cluster knows,
   * and of others those that were met.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable rather than to leave out
   *     one that the cluster knows
   */
  public List<ListedDisk> listed() {
    return inventory.all().stream()
        .filter(disk -> !disk.isSystemDisk())
        .map(ListedDisk::of)
        .toList();
  }

  /**
   * The disks that were met in a reading of all with their bills: one that is made or deleted
   * meanwhile may be among them or not, and so may, rarely, another that its deletion moved.
   */
  public List<UDisk> billed() {
    return List.copyOf(pages.read(UDisk::id, disks::billed).members().values());
  }

  /**
   * The volumes of the region as they are now: all that the cluster knows but those whose record
   * the cloud shows in a way that cannot be read, and of others those that were met. Which of them
   * are whose is not known here.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable rather than to leave out
   *     another one that the cluster knows
   */
  public List<VolumeState> all() {
    return states(inventory.all());
  }

  /** The same for one who has got a part of them, and now asks for the next. */
  public List<VolumeState> allFurther() {
    return states(inventory.allFurther());
  }

  /** What the last reading of the region has shown; see {@link DiskInventory#seen}. */
  public SeenDisks seen() {
    return inventory.seen();
  }

  /** The disk of a volume as it is now, if it exists. */
  public Optional<UDisk> findDisk(VolumeId id) {
    return disks.find(id);
  }

  private List<VolumeState> states(List<UDisk> listed) {
    PublishedNodes.View cluster = publishedNodes.view();
    return listed.stream()
        .filter(disk -> !disk.isSystemDisk())
        .map(disk -> VolumeState.of(disk, cluster))
        .toList();
  }
}
