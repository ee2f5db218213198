package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.change.SettledLookup;
import cn.ucloud.csi.udisk.controller.change.SettledLookup.LookupQuery;
import cn.ucloud.csi.udisk.controller.change.UnansweredRequests;
import cn.ucloud.csi.udisk.controller.change.WorkContext;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.Volume;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.polling.DiskWaiter;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import cn.ucloud.csi.udisk.controller.snapshot.InterimSnapshots;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the disk of a volume once, however often it is asked for, also when answers are lost or
 * this process is killed in between (decision 5). The disk's name is all that is relied on.
 */
public final class CreateVolume {
  private static final Logger LOG = LoggerFactory.getLogger(CreateVolume.class);

  /** Of several disks with one name the oldest is the volume, every time. */
  private static final Comparator<UDisk> OLDEST_FIRST =
      Comparator.comparingLong(UDisk::createTime).thenComparing(UDisk::id);

  private final CopySources copySources;
  private final Scheduling scheduling;
  private final ZoneChoice zoneChoice;
  private final CreationEvents events;
  private final DiskCreation diskCreation;
  private final UnusableDisks unusable;
  private final CopyCreation copies;
  private final CloneCreation clones;
  private final SettledLookup lookup;
  private final DiskWaiter watch;
  private final UnansweredRequests unanswered;
  private final Timing timing;

  public CreateVolume(
      DiskApi disks,
      CopySources copySources,
      InterimSnapshots interims,
      ClusterView cluster,
      DiskWaiter watch,
      UnusableDisks unusable,
      WorkContext context) {
    this.copySources = copySources;
    this.scheduling = cluster.scheduling();
    this.zoneChoice = new ZoneChoice(disks, scheduling);
    this.events = new CreationEvents(cluster.events());
    this.diskCreation = new DiskCreation(disks, zoneChoice, context.sendOnce());
    this.copies = new CopyCreation(disks, copySources, context);
    this.clones =
        new CloneCreation(disks, copies, copySources, interims, scheduling, events, context);
    this.unusable = unusable;
    this.lookup = context.lookup();
    this.watch = watch;
    this.unanswered = context.unanswered();
    this.timing = context.timing();
  }

  /**
   * The volume, ready to be attached. A source is held only while the copy is being ordered, see
   * {@link CopyCreation}. A disk that was made before and cannot be the volume is replaced if it is
   * proved that nobody used it.
   *
   * @throws Incompatible if a disk of this name has another size, and the request does not tell
   *     whose claim it is for
   * @throws OutcomeUnknown also while there is a disk of this name that cannot be the volume
   * @throws DriverException.Certain of any other kind only after a look-up by name in this call has
   *     proved that no disk exists
   */
  public CreatedVolume create(VolumeSpec spec, Progress progress) {
    Optional<CopySource> origin = Optional.empty();
    if (spec.source().isPresent()) {
      progress.at("reading the source");
      origin = copySources.find(spec.source().get());
    }
    progress.at("asking the cluster where the disk is to be");
    ZoneChoice.Candidates site = zoneChoice.choose(spec);
    Set<String> deleted = new HashSet<>();
    Optional<UDisk> found = findSettled(spec, deleted, progress);
    while (found.isPresent()) {
      // Whatever else is being done to it is waited for: nobody is refused for another one's sake.
      var _ = progress.takeTurn(found.get().id());
      if (found.get().status().isBeingMade()) {
        spec.source().ifPresent(source -> copies.protect(source, progress));
      }
      UDisk disk = settled(new VolumeId(found.get().id()), true, progress);
      if (isKept(disk, spec, site, progress)) {
        CreatedVolume volume = volume(disk, spec, site, origin);
        cloned(spec).ifPresent(source -> clones.found(source, spec, progress));
        return volume;
      }
      deleted.add(disk.id()); // a list may show it still
      found = findSettled(spec, deleted, progress);
    }
    UDisk made = settled(order(spec, site, origin, deleted, progress), false, progress);
    if (isBroken(made)) {
      throw new OutcomeUnknown(
          "the cloud failed to make disk %s and left it in status %s; the next attempt replaces it"
              .formatted(made.id(), made.status()));
    }
    CreatedVolume volume = volume(made, spec, site, origin);
    cloned(spec).ifPresent(source -> clones.made(source, spec, progress));
    return volume;
  }

  private static Optional<OfVolume> cloned(VolumeSpec spec) {
    return spec.source().filter(OfVolume.class::isInstance).map(OfVolume.class::cast);
  }

  private CreatedVolume volume(
      UDisk disk, VolumeSpec spec, ZoneChoice.Candidates site, Optional<CopySource> origin) {
    spec.source().ifPresent(source -> copies.seen(source, spec));
    unanswered.seenMade(disk.id());
    events.made(spec, disk);
    return new CreatedVolume(
        Volume.of(disk), origin.map(CopySource::disk), zoneChoice.isForRssdNodes(disk, site, spec));
  }

  /**
   * Whether the disk is the volume; false if it could not be, and has been deleted.
   *
   * @throws OutcomeUnknown if it cannot be the volume and stays all the same
   */
  private boolean isKept(
      UDisk disk, VolumeSpec spec, ZoneChoice.Candidates site, Progress progress) {
    Optional<String> wrong =
        isBroken(disk)
            ? Optional.of("is in status " + disk.status() + ", because the cloud failed to make it")
            : spec.mismatch(disk).or(() -> otherZone(disk, spec));
    Optional<String> unfit = wrong.or(() -> misplacement(disk, spec, site));
    // Its provisioner asks on until there is a volume, and has that deleted as any other.
    if (unfit.isEmpty() || spec.placement().claim().filter(scheduling::isGone).isPresent()) {
      return true;
    }
    Optional<String> reason = unusable.delete(disk, spec, unfit.get(), progress);
    if (reason.isPresent() && wrong.isPresent()) {
      throw conflict(disk, spec, wrong.get(), reason.get());
    }
    return reason.isPresent(); // then the scheduler moves the pod to where the disk is
  }

  private Optional<String> otherZone(UDisk disk, VolumeSpec spec) {
    return zoneChoice.allows(disk.zone(), disk.type(), spec)
        ? Optional.empty()
        : Optional.of(
            "is in zone %s, not in %s".formatted(disk.zone(), String.join(" or ", spec.zones())));
  }

  /** Why the pod cannot have the disk on the node that was selected for it. */
  private Optional<String> misplacement(UDisk disk, VolumeSpec spec, ZoneChoice.Candidates site) {
    if (spec.source().isPresent() || site.zones().isEmpty()) {
      return Optional.empty();
    }
    String zone = site.zones().getFirst();
    if (!zone.equals(disk.zone()) && zoneChoice.isBoundToNode(spec)) {
      return Optional.of(
          "is in zone %s, and the node that was selected for the pod is in %s"
              .formatted(disk.zone(), zone));
    }
    return zoneChoice.isOutOfReach(disk, site)
        ? Optional.of("is of type rssd, which the node that was selected for the pod cannot take")
        : Optional.empty();
  }

  private static DriverException conflict(
      UDisk disk, VolumeSpec spec, String wrong, String reason) {
    String sentence = "the disk %s named %s %s".formatted(disk.id(), disk.name(), wrong);
    // CSI has a code of its own for this, which the Kubernetes sidecars take for "there is none".
    return spec.placement().claim().isEmpty() && !spec.capacity().allows(disk.size())
        ? new Incompatible(sentence)
        : new OutcomeUnknown(
            "%s; it is not deleted, because %s; delete it in the console if nobody needs it"
                .formatted(sentence, reason));
  }

  private Optional<UDisk> findSettled(VolumeSpec spec, Set<String> deleted, Progress progress) {
    DiskName name = spec.name();
    return lookup.find(
        new LookupQuery(name.marked(), "disk named " + name.marked(), () -> isNew(spec)),
        () -> find(spec, deleted),
        progress);
  }

  private boolean isNew(VolumeSpec spec) {
    return spec.placement().claim().filter(scheduling::isNew).isPresent();
  }

  private Optional<UDisk> find(VolumeSpec spec, Set<String> deleted) {
    List<UDisk> found =
        watch.named(spec.name().spellings()).stream()
            .filter(disk -> !deleted.contains(disk.id()))
            .sorted(OLDEST_FIRST)
            .toList();
    if (found.size() > 1) {
      LOG.warn(
          "{} disks are named {}; {} is the volume, the others are left alone: {}",
          found.size(),
          found.getFirst().name(),
          found.getFirst().id(),
          found.stream().skip(1).map(UDisk::id).toList());
      events.duplicates(spec, found.stream().map(UDisk::id).toList());
    }
    return found.stream().findFirst();
  }

  private VolumeId order(
      VolumeSpec spec,
      ZoneChoice.Candidates site,
      Optional<CopySource> origin,
      Set<String> deleted,
      Progress progress) {
    Optional<SnapshotId> taken =
        spec.source().orElse(null) instanceof OfVolume source
            ? clones.findTaken(source, spec, progress)
            : Optional.empty();
    if (taken.isEmpty()) {
      origin.ifPresent(from -> requireAllowed(from, spec));
    }
    try {
      VolumeId id =
          spec.source().isPresent()
              ? copy(spec.source().get(), spec, origin, taken, progress)
              : diskCreation.order(spec, site, progress);
      progress.alsoHold(id.value());
      return id;
    } catch (SoldOut | LimitReached e) {
      events.refused(spec, e.sentence());
      throw e;
    } catch (OutcomeUnknown e) {
      LOG.warn("it is not known whether a disk was made: {}", e.sentence());
      return findSettled(spec, deleted, progress)
          .map(disk -> new VolumeId(disk.id()))
          .orElseThrow(() -> e); // none was made; the next call may order one
    }
  }

  private VolumeId copy(
      ContentSource source,
      VolumeSpec spec,
      Optional<CopySource> origin,
      Optional<SnapshotId> taken,
      Progress progress) {
    return switch (source) {
      case OfVolume volume -> clones.order(volume, origin, taken, spec, progress);
      case OfSnapshot snapshot -> copies.order(snapshot, spec, progress);
    };
  }

  private void requireAllowed(CopySource from, VolumeSpec spec) {
    try {
      diskCreation.requireAllowed(from, spec);
    } catch (LimitReached e) {
      events.forceDetach(spec, e.sentence());
      throw e;
    }
  }

  /** The disk as soon as it is in a state that lasts: usable, or broken. */
  private UDisk settled(VolumeId id, boolean wasListed, Progress progress) {
    return watch.until(
        id,
        watch.sent(DiskWaiter.Work.CREATION, Optional.empty()),
        "disk " + id + " to be Available",
        timing.completion(),
        progress,
        disk -> {
          if (wasListed && disk.isEmpty()) {
            throw new OperationPending("disk " + id + " was deleted meanwhile");
          }
          return disk.filter(d -> !d.status().isBeingMade() && d.status() != UDiskStatus.UNKNOWN);
        });
  }

  private static boolean isBroken(UDisk disk) {
    return disk.status() == UDiskStatus.FAILED || disk.status() == UDiskStatus.RESTOREFAILED;
  }
}
