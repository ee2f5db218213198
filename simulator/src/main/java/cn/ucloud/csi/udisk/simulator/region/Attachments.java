package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.model.Transition;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Attaching and detaching, with the refusals of the UDisk error list. */
public final class Attachments {
  private final Disks disks;
  private final Hosts hosts;
  private final Transitions transitions;

  Attachments(Inventory inventory, Transitions transitions) {
    this.disks = inventory.disks();
    this.hosts = inventory.hosts();
    this.transitions = transitions;
  }

  /** Begins to attach. */
  public Attachment attach(String diskId, String hostId, boolean crossCluster) {
    Disk disk = disks.require(diskId);
    requireAttachable(disk);
    Host host = requireHost(hostId);
    requireFit(disk, host.spec(), crossCluster);
    List<Disk> there = disks.on(hostId);
    requireRoom(host.spec(), there);
    Attachment attachment = chooseNames(host, there);
    if (host.nextKernelName() != null) {
      hosts.save(host.withNextKernelName(null));
    }
    transitions.begin(
        disk.with(DiskStatus.ATTACHING, attachment), Transition.Kind.ATTACH, disk.order().sizeGb());
    return attachment;
  }

  /** Begins to detach. A powered-off or removed host is no obstacle. */
  public void detach(String diskId, String hostId) {
    Disk disk = disks.require(diskId);
    switch (disk.status()) {
      case ATTACHING -> throw new ApiRefusal(17101, "udisk is attaching, please wait 30 seconds");
      case DETACHING -> throw new ApiRefusal(17061, "udisk is being detached");
      case IN_USE -> requireDetachable(disk, hostId);
      case AVAILABLE, FAILED, INITIALIZATING, CLONING ->
          throw new ApiRefusal(17060, "detach udisk failed: it is not attached");
    }
    hosts
        .find(hostId)
        .filter(host -> host.spec().oneAtATime() && isBusy(disks.on(hostId)))
        .ifPresent(_ -> {
          throw new ApiRefusal(8980, "a disk of this host is changing, wait 30 seconds");
        });
    transitions.begin(
        disk.with(DiskStatus.DETACHING, disk.attachment()),
        Transition.Kind.DETACH,
        disk.order().sizeGb());
  }

  private static void requireDetachable(Disk disk, String hostId) {
    if (disk.boot()) {
      throw new ApiRefusal(17060, "detach udisk failed: it is a system disk");
    }
    if (!disk.isOn(hostId)) {
      throw new ApiRefusal(17060, "detach udisk failed: it is not attached to " + hostId);
    }
    if (disk.transition() != null) {
      throw new ApiRefusal(17060, "detach udisk failed: it is being resized");
    }
  }

  private void requireAttachable(Disk disk) {
    switch (disk.status()) {
      case ATTACHING -> throw new ApiRefusal(17056, "udisk is being attached");
      case DETACHING -> throw new ApiRefusal(17061, "udisk is being detached");
      case IN_USE -> throw new ApiRefusal(17057, "udisk has been attached");
      case FAILED, INITIALIZATING, CLONING ->
          throw new ApiRefusal(17055, "attach udisk failed: it is " + disk.status().apiName());
      case AVAILABLE -> {
        if (disk.transition() != null) {
          throw new ApiRefusal(17055, "attach udisk failed: it is changing");
        }
        if (disks.isBeingCloned(disk.id())) {
          throw new ApiRefusal(17086, "source disk is being cloned, retry later");
        }
      }
    }
  }

  /** The codes for a host that is absent or off are those of the UHost error list. */
  private Host requireHost(String hostId) {
    Host host =
        hosts
            .find(hostId)
            .orElseThrow(() -> new ApiRefusal(17055, "attach udisk failed: no host " + hostId));
    if (!host.running()) {
      throw new ApiRefusal(8905, "host " + hostId + " is not running");
    }
    return host;
  }

  private static void requireFit(Disk disk, HostSpec host, boolean crossCluster) {
    if (!host.zone().equals(disk.order().zone())) {
      throw new ApiRefusal(17055, "attach udisk failed: host and disk are in different zones");
    }
    if (!Placement.takes(host, disk.order().type())) {
      throw new ApiRefusal(17055, "attach udisk failed: the host does not take this disk type");
    }
    // A host without RDMA has no cluster to cross from.
    if (!Placement.sameRdmaCluster(host, disk) && (host.rdma().isEmpty() || !crossCluster)) {
      throw new ApiRefusal(17218, "Command failed: add_udisk.py failed");
    }
  }

  private static void requireRoom(HostSpec host, List<Disk> there) {
    if (host.oneAtATime() && isBusy(there)) {
      throw new ApiRefusal(8979, "a host takes one disk at a time");
    }
    if (there.stream().filter(disk -> !disk.boot()).count() >= host.diskLimit()) {
      throw new ApiRefusal(17055, "attach udisk failed: the host has " + host.diskLimit());
    }
  }

  private static boolean isBusy(List<Disk> there) {
    return there.stream()
        .anyMatch(
            disk -> disk.status() == DiskStatus.ATTACHING || disk.status() == DiskStatus.DETACHING);
  }

  private static Attachment chooseNames(Host host, List<Disk> there) {
    Set<String> devices = taken(there, true);
    Set<String> kernel = taken(there, false);
    String device = Letters.lowestFree(devices);
    return new Attachment(host.id(), device, kernelName(host.nextKernelName(), device, kernel));
  }

  private static String kernelName(@Nullable String scripted, String device, Set<String> taken) {
    if (scripted != null && !taken.contains(scripted)) {
      return scripted;
    }
    return taken.contains(device) ? Letters.lowestFree(taken) : device;
  }

  private static Set<String> taken(List<Disk> there, boolean byApi) {
    return there.stream()
        .map(Disk::attachment)
        .filter(attachment -> attachment != null)
        .map(attachment -> byApi ? attachment.deviceName() : attachment.kernelName())
        .collect(Collectors.toSet());
  }
}
