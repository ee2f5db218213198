package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.hypervisor.GuestDisk;
import cn.ucloud.csi.udisk.simulator.hypervisor.Hypervisor;
import cn.ucloud.csi.udisk.simulator.model.Account;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The region: its disks and hosts, and everything that can be done to them, one at a time. */
public final class Region implements AutoCloseable {
  private static final String ACCOUNT = "account";

  private final ReentrantLock lock = new ReentrantLock();
  private final StateDirectory state;
  private final Hypervisor hypervisor;
  private final Timeline timeline;
  private final Disks disks;
  private final Hosts hosts;
  private final Snapshots snapshots;
  private final Bills bills;
  private final Labels labels;
  private final Transitions transitions;
  private final Provisioning provisioning;
  private final Attachments attachments;
  private final Copies copies;
  private final HostRoom hostRoom;
  private Account account;

  private Region(
      SimulatorConfig config, StateDirectory state, Hypervisor hypervisor, InstantSource clock) {
    this.state = state;
    this.hypervisor = hypervisor;
    this.timeline = new Timeline(clock, () -> change(() -> {}));
    this.disks = new Disks(state, timeline, config.delays().listingLag());
    this.hosts = new Hosts(state);
    this.snapshots = new Snapshots(state, timeline, config.delays().listingLag());
    this.bills = new Bills(state, timeline);
    this.labels = new Labels(state);
    this.account =
        state
            .find(ACCOUNT, ACCOUNT, Account.class)
            .orElse(new Account(config.limits().disks(), false, Set.of()));
    Inventory inventory = new Inventory(disks, hosts, snapshots, timeline);
    this.transitions =
        new Transitions(inventory, hypervisor, config.delays(), timeline, this::change);
    this.provisioning = new Provisioning(inventory, hypervisor, transitions, this::account);
    this.attachments = new Attachments(inventory, transitions);
    this.copies =
        new Copies(
            inventory, hypervisor, provisioning, config.delays().create(), timeline, this::change);
    this.hostRoom = new HostRoom(inventory, hypervisor, provisioning, transitions);
    hypervisor.restore(plugged(inventory.guests()));
  }

  /** Takes up the state where the last run left it, and puts up the hosts that are new. */
  public static Region open(
      SimulatorConfig config, StateDirectory state, Hypervisor hypervisor, InstantSource clock) {
    Region region = new Region(config, state, hypervisor, clock);
    region.change(() -> {
      config.hosts().forEach(region.hostRoom::putUp);
      region.disks.all().forEach(region.transitions::schedule);
      region.disks.all().stream()
          .filter(region.bills::isByTheMonth)
          .forEach(region::destroyWhenUnpaid);
      region.snapshots.all().forEach(region.copies::schedule);
    });
    return region;
  }

  /** Nothing else happens in the region meanwhile. */
  public <T> T exclusively(Supplier<T> action) {
    enter();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #exclusively}, for what has no result. */
  public void change(Runnable action) {
    enter();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }

  private void enter() {
    lock.lock();
    if (lock.getHoldCount() == 1) {
      timeline.catchUp();
    }
  }

  /** Does {@code action} after {@code delay}, with the region for itself. */
  public void later(Duration delay, Runnable action) {
    timeline.at(timeline.instant().plus(delay), action);
  }

  /** All disks and snapshots are gone at once; hosts and their boot disks stay. */
  public void clear() {
    snapshots
        .all()
        .forEach(snapshot -> {
          hypervisor.dropSnapshot(snapshot.id());
          snapshots.remove(snapshot.id());
        });
    disks.all().stream().filter(disk -> !disk.boot()).forEach(this::deleteNow);
  }

  /** The disk is gone at once, attached or not; its snapshots stay. */
  public void deleteNow(Disk disk) {
    if (disk.attachment() != null) {
      transitions.detach(disk);
    }
    hypervisor.destroy(disk.id());
    disks.remove(disk.id());
  }

  public Disks disks() {
    return disks;
  }

  public Hosts hosts() {
    return hosts;
  }

  public Provisioning provisioning() {
    return provisioning;
  }

  public Snapshots snapshots() {
    return snapshots;
  }

  public Bills bills() {
    return bills;
  }

  public Labels labels() {
    return labels;
  }

  /** The disk is paid for by the month from now on, and until then. */
  public void pay(Disk disk, Instant until) {
    Disk monthly = disk.with(disk.order().withChargeType("Month"));
    disks.save(monthly);
    bills.pay(disk.id(), until);
    destroyWhenUnpaid(monthly);
  }

  private void destroyWhenUnpaid(Disk disk) {
    Instant end = bills.paidUntil(disk).plus(Bills.GRACE);
    timeline.at(
        end,
        () ->
            change(() ->
                disks
                    .find(disk.id())
                    .filter(still -> !bills.paidUntil(still).plus(Bills.GRACE).isAfter(end))
                    .ifPresent(this::deleteNow)));
  }

  public void lock(Disk disk, boolean isLocked) {
    bills.lock(disk.id(), isLocked);
  }

  public Copies copies() {
    return copies;
  }

  public Attachments attachments() {
    return attachments;
  }

  public Account account() {
    return account;
  }

  public void replaceAccount(Account changed) {
    account = changed;
    state.write(ACCOUNT, ACCOUNT, changed);
  }

  /** Replaces the record of a disk as is; a transition in it ends in time. */
  public void replace(Disk disk) {
    disks.save(disk);
    transitions.schedule(disk);
  }

  public void replace(Host host) {
    hosts.save(host);
  }

  public void detachNow(Disk disk) {
    transitions.detach(disk);
  }

  public void addHost(HostSpec spec) {
    if (hosts.knew(spec.id())) {
      throw new ApiRefusal(230, "there is, or was, a host " + spec.id());
    }
    hostRoom.putUp(spec);
  }

  public void powerOff(Host host) {
    hostRoom.powerOff(host);
  }

  public void powerOn(Host host) {
    hostRoom.powerOn(host);
  }

  public void remove(Host host) {
    hostRoom.remove(host);
  }

  public List<String> busyLoops() {
    return hypervisor.busyLoops();
  }

  private List<GuestDisk> plugged(Guests guests) {
    return disks.all().stream().flatMap(disk -> guests.visible(disk).stream()).toList();
  }

  /** Takes devices from hosts, but leaves the state as it is for the next start. */
  @Override
  public void close() {
    timeline.close();
    change(hypervisor::close);
  }
}
