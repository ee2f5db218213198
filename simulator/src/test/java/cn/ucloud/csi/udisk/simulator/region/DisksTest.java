package cn.ucloud.csi.udisk.simulator.region;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.model.Attachment;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskOrder;
import cn.ucloud.csi.udisk.simulator.model.DiskStatus;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of a disk while lists lag by ten seconds. */
class DisksTest {
  @TempDir Path directory;
  private StateDirectory state;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Disks disks;

  @BeforeEach
  void open() {
    state = StateDirectory.open(directory);
    disks = reopened();
  }

  @AfterEach
  void close() {
    state.close();
  }

  @Test
  void eachChangeShowsTenSecondsLater() {
    disks.save(disk(DiskStatus.INITIALIZATING));
    assertThat(shown()).isEmpty();
    pass(4);
    disks.save(disk(DiskStatus.AVAILABLE));
    assertThat(shown()).isEmpty();
    pass(6);
    assertThat(shown()).contains(DiskStatus.INITIALIZATING);
    pass(4);
    assertThat(shown()).contains(DiskStatus.AVAILABLE);
  }

  @Test
  void aDeletedDiskIsShownTenSecondsLonger() {
    disks.save(disk(DiskStatus.AVAILABLE));
    pass(20);
    disks.remove("bsm-a");
    assertThat(disks.find("bsm-a")).isEmpty();
    assertThat(shown()).contains(DiskStatus.AVAILABLE);
    assertThat(disks.allShown()).hasSize(1);
    pass(10);
    assertThat(shown()).isEmpty();
    assertThat(disks.allShown()).isEmpty();
  }

  @Test
  void theLagOutlivesARestart() {
    disks.save(disk(DiskStatus.AVAILABLE));
    disks = reopened();
    assertThat(shown()).isEmpty();
    pass(10);
    assertThat(shown()).contains(DiskStatus.AVAILABLE);
    disks.remove("bsm-a");
    disks = reopened();
    assertThat(shown()).contains(DiskStatus.AVAILABLE);
    assertThat(disks.dataDiskCount()).isZero();
  }

  @Test
  void disksAreFoundByTheirHost() {
    Disk disk = disk(DiskStatus.IN_USE);
    disks.save(disk.with(DiskStatus.IN_USE, new Attachment("uhost-a", "vdb", "vdb")));
    disks = reopened();
    assertThat(disks.on("uhost-a")).hasSize(1);
    disks.save(disk.with(DiskStatus.AVAILABLE, null));
    assertThat(disks.on("uhost-a")).isEmpty();
    assertThat(disks.dataDiskCount()).isEqualTo(1);
  }

  private Disks reopened() {
    return new Disks(state, () -> now, Duration.ofSeconds(10));
  }

  private Optional<DiskStatus> shown() {
    return disks.findShown("bsm-a").map(Disk::status);
  }

  private void pass(int seconds) {
    now = now.plusSeconds(seconds);
  }

  private Disk disk(DiskStatus status) {
    DiskOrder order = new DiskOrder("z", "one", 10, DiskType.SSD, "Dynamic", "Default", "");
    return new Disk("bsm-a", 1, now, false, order, status, null, null, false);
  }
}
