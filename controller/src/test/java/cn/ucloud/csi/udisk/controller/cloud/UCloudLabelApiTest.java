package cn.ucloud.csi.udisk.controller.cloud;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before a simulated region. */
class UCloudLabelApiTest extends LabelApiContract {
  @TempDir Path directory;

  @Override
  ApiHarness open() {
    return new SimulatedRegion(directory);
  }
}
