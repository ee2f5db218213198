package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.label.Label;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeLabelApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The fakes, in time that passes only when the test says so. */
final class FakeRegion implements ApiHarness {
  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi disks = new FakeDiskApi(time);
  private final FakeSnapshotApi snapshots = new FakeSnapshotApi(disks);
  private final FakeLabelApi labels = new FakeLabelApi(disks);

  FakeRegion(Duration lag) {
    snapshots.lag = lag;
    snapshots.taking = STEP;
    disks.put(FakeDiskApi.host(FAST, ZONE, Optional.of("rdma-1")));
    disks.put(FakeDiskApi.host(FAST_ELSEWHERE, ZONE, Optional.of("rdma-2")));
    disks.put(FakeDiskApi.host(SLOW, ZONE, Optional.empty()));
    disks.put(FakeDiskApi.host(BARE_METAL, ZONE, Optional.empty()));
    disks.slowToSee.add(SLOW);
  }

  @Override
  public DiskApi disks() {
    return disks;
  }

  @Override
  public SnapshotApi snapshots() {
    return snapshots;
  }

  @Override
  public LabelApi labels() {
    return labels;
  }

  @Override
  public void pass(Duration duration) {
    time.pass(duration);
  }

  @Override
  public void lag(Duration duration) {
    disks.lag = duration;
  }

  @Override
  public void nextLookIsOld(Duration age) {
    disks.staleness.add(age);
  }

  @Override
  public void next(String action, Fault fault) {
    if (action.equals("CreateUDiskSnapshot") || action.equals("DeleteUDiskSnapshot")) {
      snapshots.faults.add(fault);
    } else if (action.endsWith("Labels")) {
      labels.faults.add(fault);
    } else {
      disks.faults.add(fault);
    }
  }

  @Override
  public void nothingCanBeRead() {
    disks.readFailure = Optional.of(new Unavailable("refused with RetCode 171"));
    snapshots.readFailure = disks.readFailure;
    labels.readFailure = disks.readFailure;
  }

  @Override
  public void showWithout(String id, String field) {
    disks.odd.add(id);
    snapshots.odd.add(id);
  }

  @Override
  public void detached(UDisk disk) {
    disks.put(
        new UDisk(
            disk.id(),
            disk.name(),
            disk.zone(),
            disk.size(),
            UDiskStatus.AVAILABLE,
            disk.type(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            disk.createTime(),
            disk.rdmaCluster(),
            Standing.GOOD));
  }

  @Override
  public void deleted(UDisk disk) {
    disks.remove(disk.id());
  }

  @Override
  public void paid(UDisk disk, Duration forSoLong) {
    disks.paidUntil.put(disk.id(), Instant.ofEpochSecond(0, time.now()).plus(forSoLong));
  }

  @Override
  public void locked(UDisk disk) {
    disks.locked.add(disk.id());
  }

  @Override
  public void labelled(String resource, Label label) {
    labels.put(resource, label);
  }

  @Override
  public void vanished(String host) {
    disks.removeHost(host);
  }

  @Override
  public void close() {}
}
