package cn.ucloud.csi.udisk.controller.cloud;

import java.time.Duration;

/** The fake that the driver's tests use. */
class FakeLabelApiTest extends LabelApiContract {
  @Override
  ApiHarness open() {
    return new FakeRegion(Duration.ZERO);
  }
}
