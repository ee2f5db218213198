package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import java.time.Duration;
import java.util.Optional;

/** The fake that the driver's tests use. */
class FakeDiskApiTest extends DiskApiContract {
  @Override
  DiskApiHarness open() {
    return new Fake();
  }

  private static final class Fake implements DiskApiHarness {
    private final VirtualTime time = new VirtualTime();
    private final FakeDiskApi api = new FakeDiskApi(time);

    private Fake() {
      api.put(FakeDiskApi.host(FAST, ZONE, Optional.of("rdma-1")));
      api.put(FakeDiskApi.host(FAST_ELSEWHERE, ZONE, Optional.of("rdma-2")));
      api.put(FakeDiskApi.host(SLOW, ZONE, Optional.empty()));
      api.put(FakeDiskApi.host(BARE_METAL, ZONE, Optional.empty()));
      api.slowToSee.add(SLOW);
    }

    @Override
    public DiskApi api() {
      return api;
    }

    @Override
    public void pass(Duration duration) {
      time.pass(duration);
    }

    @Override
    public void lag(Duration duration) {
      api.lag = duration;
    }

    @Override
    public void nextLookIsOld(Duration age) {
      api.staleness.add(age);
    }

    @Override
    public void next(String action, Fault fault) {
      api.faults.add(fault);
    }

    @Override
    public void nothingCanBeRead() {
      api.readFailure = Optional.of(new Unavailable("DescribeUDisk was refused with RetCode 171"));
    }

    @Override
    public void showWithout(String id, String field) {
      api.odd.add(id);
    }

    @Override
    public void detached(UDisk disk) {
      api.put(
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
              disk.rdmaCluster()));
    }

    @Override
    public void deleted(UDisk disk) {
      api.remove(disk.id());
    }

    @Override
    public void vanished(String host) {
      api.removeHost(host);
    }

    @Override
    public void close() {}
  }
}
