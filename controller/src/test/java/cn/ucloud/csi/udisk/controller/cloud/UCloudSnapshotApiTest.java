package cn.ucloud.csi.udisk.controller.cloud;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before a simulated region. */
class UCloudSnapshotApiTest extends SnapshotApiContract {
  @TempDir Path directory;

  @Override
  ApiHarness open(Duration lag) {
    return new SimulatedRegion(directory.resolve("lag-" + lag.toSeconds()), lag);
  }
}
