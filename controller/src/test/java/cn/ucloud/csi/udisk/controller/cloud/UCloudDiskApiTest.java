package cn.ucloud.csi.udisk.controller.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real adapter, before a simulated region. */
class UCloudDiskApiTest extends DiskApiContract {
  @TempDir Path directory;

  @Override
  ApiHarness open() {
    return new SimulatedRegion(directory);
  }

  /** The reference documents it beside the empty answer. */
  @Test
  void aLookThatIsRefusedBecauseThereIsNoSuchDiskIsEmpty() {
    try (SimulatedRegion region = new SimulatedRegion(directory.resolve("other"))) {
      region.nextLookIsRefused(17041);
      assertThat(region.disks().find(new VolumeId("bsm-none"))).isEmpty();
    }
  }
}
