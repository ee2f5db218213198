package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.controller.volume.Notice.Reason;
import java.util.List;
import java.util.Optional;

/**
 * The block volumes of one project and region. Every method may be called again at any moment and
 * goes on from what the cloud shows; nothing is kept here but what was sent and not answered.
 *
 * <p>Only one call at a time may work on a volume; {@code Operations} sees to that.
 */
public final class Volumes {
  private final UDisks disks;
  private final HostQueue hosts;
  private final DiskListing listing;
  private final Publications publications;
  private final ReattachEvents reattachEvents;
  private final Unsettled unsettled;
  private final Notices notices;
  private final IdempotentCreation creation;
  private final UnusableDisks unusable;
  private final IdempotentAttachment attachment;
  private final IdempotentDetachment detachment;
  private final IdempotentDeletion deletion;
  private final IdempotentExpansion expansion;

  Volumes(
      UDisks disks,
      UDiskSnapshots snapshots,
      ClusterView cluster,
      DiskListing listing,
      Waiting waiting,
      DeletionRule rule) {
    Crowd crowd = new Crowd();
    SharedLooks looks = new SharedLooks(disks, crowd, waiting.pause());
    DiskWatch watch = new DiskWatch(looks, crowd, waiting);
    this.unsettled = waiting.unsettled();
    Orders orders = new Orders(watch, waiting);
    GoneHosts goneHosts = new GoneHosts(disks, cluster.custody(), waiting.polling());
    NodeHosts nodes = new NodeHosts(disks, cluster.nodes(), goneHosts);
    Origins origins = new Origins(disks, snapshots);
    this.disks = disks;
    this.hosts = waiting.hosts();
    this.listing = listing;
    this.publications = cluster.publications();
    this.detachment =
        new IdempotentDetachment(disks, nodes, cluster.publications(), orders, waiting);
    Elsewhere elsewhere =
        new Elsewhere(cluster.custody(), goneHosts, detachment, cluster.notices());
    HostReads hostReads = new HostReads(disks, waiting.pause());
    this.attachment =
        new IdempotentAttachment(
            disks,
            nodes,
            hostReads,
            elsewhere,
            orders,
            unsettled,
            waiting.hosts(),
            volume -> crowd.isOne() ? listing.findFree(volume) : Optional.empty());
    this.reattachEvents = new ReattachEvents(disks, cluster, waiting);
    this.notices = cluster.notices();
    SnapshotReads snapshotReads = new SnapshotReads(snapshots, waiting.pause());
    this.deletion =
        new IdempotentDeletion(disks, snapshotReads, orders, unsettled, elsewhere, rule);
    this.unusable =
        new UnusableDisks(
            snapshotReads, cluster.custody(), deletion, new CreationNotices(cluster.notices()));
    this.creation = new IdempotentCreation(disks, origins, cluster, watch, unusable, waiting);
    this.expansion = new IdempotentExpansion(disks, watch, waiting);
  }

  /**
   * This process begins to act now. Without this call it has done so since it was made; a standby
   * must say when it takes over, for what its predecessor sent last may still be done.
   */
  public void begin() {
    unsettled.begin();
  }

  /** See {@link IdempotentCreation#create}. */
  public NewVolume create(VolumeSpec spec, Progress progress) {
    return creation.create(spec, progress);
  }

  /** See {@link IdempotentDeletion#delete}. */
  public void delete(VolumeId volume, Progress progress) {
    deletion.delete(volume, progress);
  }

  /** See {@link IdempotentAttachment#attach}. */
  public PublishContext attach(VolumeId volume, NodeId node, Progress progress) {
    try {
      return reattachEvents.around(volume, node, () -> attachment.attach(volume, node, progress));
    } catch (AttachedElsewhere e) {
      notices.about(volume, new Notice(Reason.WAITING_FOR_DETACH, e.sentence()));
      throw e;
    }
  }

  /** See {@link IdempotentDetachment#detach}. */
  public void detach(VolumeId volume, Optional<NodeId> node, Progress progress) {
    detachment.detach(volume, node, progress);
  }

  /** See {@link IdempotentExpansion#expand}. */
  public DiskSize expand(VolumeId volume, Capacity wanted, Progress progress) {
    return expansion.expand(volume, wanted, progress);
  }

  /** How many attachments and detachments wait for another one on the same host. */
  public int waitingForHosts() {
    return hosts.waiting();
  }

  /** How many disks were deleted because their claims could not have them as they were. */
  public long unusableDisksDeleted() {
    return unusable.deleted();
  }

  /** The volume as it is now, if it exists. */
  public Optional<VolumeState> find(VolumeId id) {
    return disks
        .find(id)
        .map(disk -> VolumeState.of(disk, attached -> publications.look().findNode(attached)));
  }

  /**
   * The disks of the region as they are listed, system disks excepted: all that the cluster knows,
   * and of others those that were met.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable rather than to leave out
   *     one that the cluster knows
   */
  public List<ListedDisk> listed() {
    return listing.all().stream().filter(disk -> !disk.isSystemDisk()).map(ListedDisk::of).toList();
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
    return states(listing.all());
  }

  /** The same for one who has got a part of them, and now asks for the next. */
  public List<VolumeState> allFurther() {
    return states(listing.allFurther());
  }

  private List<VolumeState> states(List<UDisk> listed) {
    Publications.Look cluster = publications.look();
    return listed.stream()
        .filter(disk -> !disk.isSystemDisk())
        .map(disk -> VolumeState.of(disk, cluster))
        .toList();
  }
}
