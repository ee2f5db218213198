package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.hypervisor.Hypervisor;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import cn.ucloud.csi.udisk.simulator.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the region does in its own time after it has said yes.
 *
 * <p>The moment at which a transition ends is part of the disk's record, so one that a crash
 * interrupts ends after the restart, at once if that moment has passed.
 */
final class Transitions {
  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

  private final Disks disks;
  private final Hosts hosts;
  private final Guests guests;
  private final Snapshots snapshots;
  private final Hypervisor hypervisor;
  private final Delays delays;
  private final InstantSource clock;
  private final Timeline timeline;
  private final Consumer<Runnable> exclusively;

  Transitions(
      Inventory inventory,
      Hypervisor hypervisor,
      Delays delays,
      Timeline timeline,
      Consumer<Runnable> exclusively) {
    this.disks = inventory.disks();
    this.hosts = inventory.hosts();
    this.guests = inventory.guests();
    this.snapshots = inventory.snapshots();
    this.clock = inventory.clock();
    this.hypervisor = hypervisor;
    this.delays = delays;
    this.timeline = timeline;
    this.exclusively = exclusively;
  }

  /** Saves the disk with a transition that will end after the delay of its kind. */
  Disk begin(Disk disk, Transition.Kind kind, int sizeGb) {
    return begin(disk, new Transition(kind, due(kind), sizeGb, null));
  }

  /** The same for a clone of {@code source}. */
  Disk beginClone(Disk disk, String source) {
    Transition.Kind kind = Transition.Kind.CLONE;
    return begin(disk, new Transition(kind, due(kind), disk.order().sizeGb(), source));
  }

  private Instant due(Transition.Kind kind) {
    return clock.instant().plus(delay(kind));
  }

  private Disk begin(Disk disk, Transition transition) {
    Disk begun = disk.withTransition(transition);
    disks.save(begun);
    schedule(begun);
    return begun;
  }

  /** Sees to it that the transition of this disk, if it has one, ends in time. */
  void schedule(Disk disk) {
    Transition transition = disk.transition();
    if (transition != null && !disk.frozen()) {
      timeline.at(transition.due(), () -> exclusively.accept(() -> settle(disk.id())));
    }
  }

  private void settle(String diskId) {
    disks.find(diskId).ifPresent(this::settle);
  }

  private void settle(Disk disk) {
    Transition transition = disk.transition();
    if (transition == null || disk.frozen()) {
      return; // Frozen, or ended by somebody else, since this was scheduled.
    }
    if (transition.due().isAfter(clock.instant())) {
      schedule(disk);
      return;
    }
    Disk settled = disk.withTransition(null);
    switch (transition.kind()) {
      case CREATE, CLONE -> disks.save(settled.with(DiskStatus.AVAILABLE, null));
      case ATTACH -> disks.save(attached(settled));
      case DETACH -> detach(disk);
      case RESIZE -> resize(settled, transition.sizeGb());
      case DELETE -> {
        // Whether snapshots outlive their disk is not documented: they do not, to be strict.
        for (Snapshot snapshot : snapshots.of(disk.id())) {
          hypervisor.dropSnapshot(snapshot.id());
          snapshots.remove(snapshot.id());
        }
        hypervisor.destroy(disk.id());
        disks.remove(disk.id());
      }
    }
  }

  /** A disk that cannot be plugged falls back to Available, as the public clients expect. */
  private Disk attached(Disk disk) {
    Disk inUse = disk.with(DiskStatus.IN_USE, disk.attachment());
    try {
      guests.visible(inUse).ifPresent(hypervisor::plug);
      return inUse;
    } catch (RuntimeException e) {
      LOG.error("cannot plug {}", disk.id(), e);
      guests.visible(inUse).ifPresent(hypervisor::unplug);
      return disk.with(DiskStatus.AVAILABLE, null);
    }
  }

  /** Ends an attachment now, whatever the disk is busy with. */
  void detach(Disk disk) {
    guests.visible(disk).ifPresent(hypervisor::unplug);
    disks.save(disk.withTransition(null).with(DiskStatus.AVAILABLE, null));
  }

  private void resize(Disk disk, int sizeGb) {
    hypervisor.grow(disk.id(), sizeGb);
    Disk grown = disk.with(disk.order().withSizeGb(sizeGb));
    if (!waitsForRestart(grown)) {
      guests.visible(grown).ifPresent(hypervisor::showSize);
    }
    disks.save(grown);
  }

  private boolean waitsForRestart(Disk disk) {
    return disk.attachment() != null
        && hosts
            .find(disk.attachment().hostId())
            .map(Host::spec)
            .filter(spec -> spec.needRestart())
            .isPresent();
  }

  private Duration delay(Transition.Kind kind) {
    return switch (kind) {
      case CREATE, CLONE -> delays.create();
      case ATTACH -> delays.attach();
      case DETACH -> delays.detach();
      case RESIZE -> delays.resize();
      case DELETE -> delays.delete();
    };
  }
}
