package cn.ucloud.csi.udisk.simulator.admin;

import cn.ucloud.csi.udisk.simulator.api.RateLimit;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Keys;
import cn.ucloud.csi.udisk.simulator.keys.Keyring;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.Host;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.model.Label;
import cn.ucloud.csi.udisk.simulator.region.Region;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What people and the cloud do behind a driver's back.
 *
 * <p>A disk or host that is absent is a {@link NoSuchElementException}. Everything takes effect at
 * once.
 */
public final class Console {
  private final Region region;
  private final Keyring keyring;
  private final RateLimit rateLimit;

  public Console(Region region, Keyring keyring, RateLimit rateLimit) {
    this.region = region;
    this.keyring = keyring;
    this.rateLimit = rateLimit;
  }

  /** No transition of the disk ends from now on, neither a running one nor a later one. */
  public void freeze(String diskId) {
    changeDisk(diskId, disk -> disk.withFrozen(true));
  }

  /** Transitions end again; one that should have ended does so now. */
  public void thaw(String diskId) {
    changeDisk(diskId, disk -> disk.withFrozen(false));
  }

  /** The disk migrates to another RDMA cluster. */
  public void moveDisk(String diskId, String rdmaClusterId) {
    changeDisk(diskId, disk -> disk.with(disk.order().withRdmaClusterId(rdmaClusterId)));
  }

  /** The host migrates to another RDMA cluster; its disks stay attached. */
  public void moveHost(String hostId, String rdmaClusterId) {
    changeHost(hostId, host -> region.replace(host.with(host.spec().withRdma(rdmaClusterId))));
  }

  /** All disks and snapshots of the account are gone at once; hosts stay. */
  public void clear() {
    region.change(region::clear);
  }

  /** Somebody detaches the disk in the web console, mounted or not. */
  public void detach(String diskId) {
    region.change(() -> {
      Disk disk = disk(diskId);
      if (disk.attachment() == null || disk.boot()) {
        throw new IllegalArgumentException(diskId + " is not attached");
      }
      region.detachNow(disk);
    });
  }

  /** Somebody deletes the disk in the web console, attached or not. */
  public void delete(String diskId) {
    region.change(() -> region.deleteNow(disk(diskId)));
  }

  /** Somebody pays for the disk by the month, until then; ten days later it is destroyed. */
  public void pay(String diskId, Instant until) {
    region.change(() -> region.pay(disk(diskId), until));
  }

  /** Somebody disables, or enables, the key that the disk is encrypted with. */
  public void lock(String diskId, boolean isLocked) {
    region.change(() -> region.lock(disk(diskId), isLocked));
  }

  /** Somebody labels a disk or a snapshot. */
  public void label(String resourceId, String key, String value) {
    region.change(() -> {
      Label label = new Label(key, value);
      if (!region.labels().isKnown(label)) {
        region.labels().create(label);
      }
      region.labels().bind(resourceId, label);
    });
  }

  /** What a disk or a snapshot is labelled with, in the order in which that was done. */
  public List<Label> labels(String resourceId) {
    return region.exclusively(() -> region.labels().of(resourceId));
  }

  public void powerOff(String hostId) {
    changeHost(hostId, region::powerOff);
  }

  public void powerOn(String hostId) {
    changeHost(hostId, region::powerOn);
  }

  /** The host is gone for good; its data disks become Available. */
  public void remove(String hostId) {
    changeHost(hostId, region::remove);
  }

  /** As {@link #remove}, but its disks are left on it. */
  public void vanish(String hostId) {
    changeHost(hostId, host -> region.replace(host.asRemoved()));
  }

  public void addHost(HostSpec spec) {
    region.change(() -> region.addHost(spec));
  }

  /** Whether creates of this type in this zone are refused with 17005. */
  public void soldOut(String zone, DiskType type, boolean soldOut) {
    region.change(() -> region.replaceAccount(region.account().withSoldOut(zone, type, soldOut)));
  }

  /** Creates beyond this number of data disks are refused with 17067. */
  public void quota(int disks) {
    region.change(() -> region.replaceAccount(region.account().withDiskQuota(disks)));
  }

  /** Whether creates are refused with 17063. */
  public void balance(boolean empty) {
    region.change(() -> region.replaceAccount(region.account().withBalanceEmpty(empty)));
  }

  /** The next disk attached to the host gets this kernel letter, whatever letter the API tells. */
  public void letter(String hostId, String kernelName) {
    changeHost(hostId, host -> region.replace(host.withNextKernelName(kernelName)));
  }

  /** Somebody has the account's key pair made anew: calls with the old one are refused with 172. */
  public void keys(Keys keys) {
    keyring.replace(keys);
  }

  /** Calls beyond this rate are refused with 153; null for no limit. */
  public void rate(@Nullable Double perSecond) {
    rateLimit.set(perSecond);
  }

  /** The record of the disk as it is, not as DescribeUDisk may still show it. */
  public Disk disk(String diskId) {
    return region.exclusively(() ->
        region
            .disks()
            .find(diskId)
            .orElseThrow(() -> new NoSuchElementException("no disk " + diskId)));
  }

  private void changeDisk(String diskId, UnaryOperator<Disk> change) {
    region.change(() -> region.replace(change.apply(disk(diskId))));
  }

  private void changeHost(String hostId, Consumer<Host> change) {
    region.change(() ->
        change.accept(
            region
                .hosts()
                .find(hostId)
                .orElseThrow(() -> new NoSuchElementException("no host " + hostId))));
  }
}
