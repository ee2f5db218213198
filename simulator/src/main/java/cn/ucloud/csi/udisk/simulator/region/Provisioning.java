package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.hypervisor.Hypervisor;
import cn.ucloud.csi.udisk.simulator.model.Account;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.model.Transition;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Creating, growing, renaming and deleting disks, with the refusals of the UDisk error list. */
public final class Provisioning {
  private static final String SOME_CLUSTER = "9002_25GE_D_R001";

  private final Disks disks;
  private final Hosts hosts;
  private final InstantSource clock;
  private final Hypervisor hypervisor;
  private final Transitions transitions;
  private final Supplier<Account> account;

  Provisioning(
      Inventory inventory,
      Hypervisor hypervisor,
      Transitions transitions,
      Supplier<Account> account) {
    this.disks = inventory.disks();
    this.hosts = inventory.hosts();
    this.clock = inventory.clock();
    this.hypervisor = hypervisor;
    this.transitions = transitions;
    this.account = account;
  }

  /** Begins to create. Names are not unique: every call makes a disk. */
  public Disk create(DiskOrder order) {
    requireAvailable(order);
    Disk disk = newDisk(newId(), placed(order), false).with(DiskStatus.INITIALIZATING, null);
    hypervisor.create(disk.id(), order.sizeGb());
    return transitions.begin(disk, Transition.Kind.CREATE, order.sizeGb());
  }

  /**
   * Begins to create a disk that is filled from {@code source}.
   *
   * @param fill makes room for the disk of this id, and the content
   */
  Disk copy(DiskOrder order, String source, Consumer<String> fill) {
    requireAvailable(order);
    Disk disk = newDisk(newId(), placed(order), false).with(DiskStatus.CLONING, null);
    fill.accept(disk.id());
    return transitions.beginClone(disk, source);
  }

  private static String newId() {
    return "bsm-" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  }

  private void requireAvailable(DiskOrder order) {
    if (account.get().balanceEmpty()) {
      throw new ApiRefusal(17063, "insufficient balance");
    }
    if (disks.dataDiskCount() >= account.get().diskQuota()) {
      throw new ApiRefusal(17067, "udisk quota exceeded");
    }
    if (account.get().isSoldOut(order.zone(), order.type())) {
      throw new ApiRefusal(17005, "not enough resource");
    }
  }

  /**
   * A boot disk comes with its host. It is in use from the start; the caller attaches and saves it.
   */
  Disk bootDiskOf(HostSpec host) {
    DiskType type = host.rdma().isEmpty() ? DiskType.SSD : DiskType.RSSD;
    DiskOrder order =
        new DiskOrder(
            host.zone(),
            "boot-" + host.id(),
            host.bootDiskGb(),
            type,
            "Month",
            "Default",
            host.rdma());
    return newDisk("bsi-" + host.id(), order, true);
  }

  private Disk newDisk(String id, DiskOrder order, boolean boot) {
    return new Disk(
        id,
        disks.nextSequence(),
        clock.instant(),
        boot,
        order,
        DiskStatus.IN_USE,
        null,
        null,
        false);
  }

  public void delete(String diskId) {
    Disk disk = disks.require(diskId);
    requireDetached(disk, 17030);
    if (disk.transition() == null) {
      transitions.begin(disk, Transition.Kind.DELETE, disk.order().sizeGb());
    } else if (disk.transition().kind() != Transition.Kind.DELETE) {
      throw new ApiRefusal(17030, "delete udisk failed: it is changing");
    }
  }

  public void rename(String diskId, String name) {
    Disk disk = disks.require(diskId);
    disks.save(disk.with(disk.order().withName(name)));
  }

  /** ResizeUDisk: the disk must be Available. */
  public void resize(String diskId, int sizeGb) {
    Disk disk = disks.require(diskId);
    requireDetached(disk, 17025);
    if (disk.transition() != null) {
      throw new ApiRefusal(17025, "resize udisk failed: it is changing");
    }
    if (sizeGb < disk.order().sizeGb() || sizeGb > disk.order().type().largestGb()) {
      throw new ApiRefusal(17025, "resize udisk failed: size " + sizeGb + " is out of range");
    }
    transitions.begin(disk, Transition.Kind.RESIZE, sizeGb);
  }

  /**
   * ResizeAttachedDisk and its twin for bare metal, with codes of the UHost error list.
   *
   * @return whether the host needs a power cycle to see the growth
   */
  public boolean resizeAttached(String diskId, String hostId, int sizeGb, boolean dryRun) {
    Host host =
        hosts
            .find(hostId)
            .orElseThrow(() -> new ApiRefusal(8906, "host " + hostId + " does not exist"));
    Disk disk =
        disks
            .find(diskId)
            .orElseThrow(() -> new ApiRefusal(8981, "get udisk " + diskId + " failed"));
    if (!disk.isOn(hostId) || disk.status() != DiskStatus.IN_USE || disk.transition() != null) {
      throw new ApiRefusal(8982, "the state of udisk " + diskId + " is wrong");
    }
    if (sizeGb % 10 != 0
        || sizeGb <= disk.order().sizeGb()
        || sizeGb > disk.order().type().largestGb()) {
      throw new ApiRefusal(8107, "disk size " + sizeGb + " is wrong");
    }
    if (!dryRun) {
      transitions.begin(disk, Transition.Kind.RESIZE, sizeGb);
    }
    return host.spec().needRestart();
  }

  private void requireDetached(Disk disk, int notReadyCode) {
    switch (disk.status()) {
      case ATTACHING, IN_USE -> throw new ApiRefusal(17026, "udisk is attached, detach it first");
      case DETACHING -> throw new ApiRefusal(17061, "udisk is being detached");
      case INITIALIZATING, CLONING -> throw new ApiRefusal(notReadyCode, "udisk is being created");
      case AVAILABLE, FAILED -> {}
    }
    if (disks.isBeingCloned(disk.id())) {
      throw new ApiRefusal(17086, "source disk is being cloned, retry later");
    }
  }

  /** An RSSD disk always lies in some RDMA cluster: the wanted one, else the zone's first. */
  private DiskOrder placed(DiskOrder order) {
    if (!order.type().needsRdma()) {
      return order.withRdmaClusterId("");
    }
    if (!order.rdmaClusterId().isEmpty()) {
      return order;
    }
    return order.withRdmaClusterId(
        hosts.all().stream()
            .map(Host::spec)
            .filter(host -> host.zone().equals(order.zone()) && !host.rdma().isEmpty())
            .map(HostSpec::rdma)
            .sorted()
            .findFirst()
            .orElse(SOME_CLUSTER));
  }
}
