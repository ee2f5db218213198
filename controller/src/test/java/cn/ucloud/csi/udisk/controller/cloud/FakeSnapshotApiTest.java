package cn.ucloud.csi.udisk.controller.cloud;

import java.time.Duration;

/** The fake that the driver's tests use. */
class FakeSnapshotApiTest extends SnapshotApiContract {
  @Override
  ApiHarness open(Duration lag) {
    return new FakeRegion(lag);
  }
}
