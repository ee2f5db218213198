package cn.ucloud.csi.udisk.node;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.model.MadeFor;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.request.StageCommand;
import cn.ucloud.csi.udisk.node.space.StagedVolumes;
import cn.ucloud.csi.udisk.node.state.StageRecord;
import cn.ucloud.csi.udisk.node.state.StageRecords;
import cn.ucloud.csi.udisk.node.state.StateDirectory;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity;
import cn.ucloud.csi.udisk.node.sysfs.FilesystemErrors;
import cn.ucloud.csi.udisk.node.sysfs.SysBlock;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the page of metrics shows of staged volumes, with the counters of real loop devices. */
final class VolumeMetricsTest {
  private static final Labels VOLUME = Labels.of("volume", TestNode.VOLUME.value());

  @RegisterExtension final LoopHost host = new LoopHost();

  private TestNode node() {
    return new TestNode(host);
  }

  /** The series of a metric. */
  private List<? extends DataPointSnapshot> series(String name) {
    SysBlock sys = new SysBlock(host.sysfs());
    return new VolumeMetrics(
            node().staged(), new DiskActivity(sys, System::nanoTime), new FilesystemErrors(sys))
        .collect().stream()
            .filter(metric -> metric.getMetadata().getName().equals(name))
            .flatMap(metric -> metric.getDataPoints().stream())
            .toList();
  }

  private double count(String name, String direction) {
    return series(name).stream()
        .filter(point -> point.getLabels().equals(VOLUME.add("direction", direction)))
        .mapToDouble(point -> ((CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  private StageCommand of(MadeFor claim) {
    StageCommand plain = node().stageCommand();
    return new StageCommand(
        plain.volume(),
        plain.stagingPath(),
        plain.use(),
        plain.context(),
        plain.origin().with(Optional.of(claim)));
  }

  private Disk attached() {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    return disk;
  }

  @Test
  void whatTheDiskDoesIsCountedUntilItIsUnstaged() {
    Disk disk = attached();
    node().stage();
    double before = count("udisk_volume_bytes", "write");
    disk.writeNoise(LoopHost.GIB / 2, 1 << 20);
    assertThat(count("udisk_volume_bytes", "write")).isGreaterThanOrEqualTo(before + (1 << 20));
    assertThat(count("udisk_volume_operations", "write")).isPositive();
    assertThat(series("udisk_volume_in_flight"))
        .extracting(DataPointSnapshot::getLabels)
        .containsExactly(VOLUME);
    node().unstage();
    assertThat(series("udisk_volume_bytes")).isEmpty();
    assertThat(series("udisk_volume_in_flight")).isEmpty();
  }

  /** A second process knows it as well, and a restage under another claim corrects it. */
  @Test
  void theClaimIsNamedWhileTheVolumeIsStaged() {
    attached();
    node().stage(of(new MadeFor("shop", "data-db-0", "pvc-1")));
    assertThat(series("udisk_volume"))
        .extracting(DataPointSnapshot::getLabels)
        .containsExactly(
            Labels.of(
                "claim", "data-db-0",
                "claim_namespace", "shop",
                "persistent_volume", "pvc-1",
                "volume", TestNode.VOLUME.value()));
    node().stage(of(new MadeFor("shop", "other", "pvc-2")));
    assertThat(series("udisk_volume").getFirst().getLabels().get("claim")).isEqualTo("other");
    node().unstage();
    assertThat(series("udisk_volume")).isEmpty();
    assertThat(host.state().resolve(".claims")).isEmptyDirectory();
    node().stage();
    assertThat(series("udisk_volume")).as("nobody says").isEmpty();
  }

  /** Records of disks that are gone, however many, hide no volume that is there. */
  @Test
  void thereIsABoundOnTheSeries() {
    attached();
    node().stage();
    StageRecords records = new StageRecords(new StateDirectory(host.state(), "this-boot"));
    for (int i = 0; i < StagedVolumes.MOST + 9; i++) {
      DeviceIdentity gone =
          new DeviceIdentity("gone", new DeviceNumber(240, i), OptionalLong.empty());
      records.write(
          new VolumeId("bsm-a" + i), new StageRecord(gone, "none", "rw", Optional.empty()));
    }
    assertThat(node().staged().look())
        .extracting(StagedVolumes.Staged::volume)
        .containsExactly(TestNode.VOLUME);
    assertThat(series("udisk_volume_in_flight")).hasSize(1);
  }
}
