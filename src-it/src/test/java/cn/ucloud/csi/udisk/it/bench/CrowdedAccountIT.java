package cn.ucloud.csi.udisk.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.fault.Call;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The closed driver's creates were slow in accounts with many disks until 25.12.29 (known D5.32),
 * because it listed them all. Asserted in calls; the benchmark measures the time.
 */
class CrowdedAccountIT {
  private static final int FOREIGN = 10_000;

  @TempDir private Path directory;

  @Test
  void amongTenThousandDisksAVolumeIsFoundByItsNameAndTheAccountIsNotListed() {
    try (BenchRegion region = BenchRegion.start(directory, Scale.SMOKE, 1, FOREIGN)) {
      String volume = region.life().create("pvc-one").getVolumeId();
      assertThat(region.life().create("pvc-one").getVolumeId()).isEqualTo(volume);
      region.life().delete(volume);
      List<Call> calls = region.simulator().calls().all();
      assertThat(calls)
          .filteredOn(call -> call.action().startsWith("Describe"))
          .isNotEmpty()
          .allMatch(call ->
              call.parameters().containsKey("UDiskName")
                  || call.parameters().containsKey("UDiskId"));
      assertThat(calls)
          .filteredOn(call -> !call.action().startsWith("Describe"))
          .extracting(Call::action)
          .containsExactly("CreateUDisk", "DeleteUDisk");
      assertThat(region.simulator().state().disks()).hasSize(FOREIGN + 1); // and a boot disk
    }
  }
}
