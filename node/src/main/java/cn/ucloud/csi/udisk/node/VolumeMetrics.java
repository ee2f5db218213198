package cn.ucloud.csi.udisk.node;

import cn.ucloud.csi.udisk.common.model.MadeFor;
import cn.ucloud.csi.udisk.node.space.StagedVolumes;
import cn.ucloud.csi.udisk.node.space.StagedVolumes.Staged;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity.Activity;
import cn.ucloud.csi.udisk.node.sysfs.DiskActivity.Done;
import cn.ucloud.csi.udisk.node.sysfs.FilesystemErrors;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each staged volume and its disk do, found out while the page is asked for. No disk is asked,
 * so one that hangs keeps nobody waiting.
 */
final class VolumeMetrics implements MultiCollector {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeMetrics.class);

  private final StagedVolumes volumes;
  private final DiskActivity disks;
  private final FilesystemErrors errors;

  VolumeMetrics(StagedVolumes volumes, DiskActivity disks, FilesystemErrors errors) {
    this.volumes = volumes;
    this.disks = disks;
    this.errors = errors;
  }

  @Override
  public MetricSnapshots collect() {
    Page page = new Page();
    try {
      volumes.look().forEach(staged -> measure(staged, page));
    } catch (RuntimeException e) {
      // Of the other metrics of this page nothing must be lost.
      LOG.warn("volumes are not measured: {}", e.toString());
    }
    return page.snapshots();
  }

  private void measure(Staged staged, Page page) {
    Labels volume = Labels.of("volume", staged.volume().value());
    if (staged.isMounted()) {
      page.stopped.dataPoint(gauge(volume, staged.stop().isPresent() ? 1 : 0));
      errors
          .count(staged.disk().number())
          .ifPresent(count -> page.errors.dataPoint(gauge(volume, (double) count)));
    }
    staged.madeFor().ifPresent(claim -> page.add(volume, claim));
    disks.find(staged.disk()).ifPresent(activity -> page.add(volume, activity));
  }

  private static GaugeDataPointSnapshot gauge(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  /** The metrics of one look. */
  private static final class Page {
    private final GaugeSnapshot.Builder stopped =
        GaugeSnapshot.builder()
            .name("udisk_volume_stopped")
            .help("Whether the filesystem takes no writes any more since an error.");
    private final GaugeSnapshot.Builder errors =
        GaugeSnapshot.builder()
            .name("udisk_volume_errors")
            .help("Errors that the filesystem has counted.");
    private final InfoSnapshot.Builder claims =
        InfoSnapshot.builder().name("udisk_volume").help("The claim that the volume was made for.");
    private final GaugeSnapshot.Builder inFlight =
        GaugeSnapshot.builder()
            .name("udisk_volume_in_flight")
            .help("Requests that the disk has now.");
    private final GaugeSnapshot.Builder silent =
        GaugeSnapshot.builder()
            .name("udisk_volume_silent_seconds")
            .help("How long the disk has had requests and completed none.");
    private final CounterSnapshot.Builder operations =
        CounterSnapshot.builder()
            .name("udisk_volume_operations")
            .help("Requests that the disk has completed since it was attached.");
    private final CounterSnapshot.Builder seconds =
        CounterSnapshot.builder()
            .name("udisk_volume_operation_seconds")
            .help("How long they took, added up.");
    private final CounterSnapshot.Builder bytes =
        CounterSnapshot.builder()
            .name("udisk_volume_bytes")
            .help("What was read from the disk and written to it.");

    void add(Labels volume, MadeFor claim) {
      claims.dataPoint(
          InfoDataPointSnapshot.builder()
              .labels(
                  volume
                      .add("claim_namespace", claim.namespace())
                      .add("claim", claim.claim())
                      .add("persistent_volume", claim.volume()))
              .build());
    }

    void add(Labels volume, Activity activity) {
      inFlight.dataPoint(gauge(volume, (double) activity.inFlight()));
      silent.dataPoint(gauge(volume, activity.silent().toMillis() / 1e3));
      add(volume.add("direction", "read"), activity.reads());
      add(volume.add("direction", "write"), activity.writes());
    }

    private void add(Labels labels, Done done) {
      operations.dataPoint(counter(labels, (double) done.operations()));
      seconds.dataPoint(counter(labels, done.seconds()));
      bytes.dataPoint(counter(labels, (double) done.bytes()));
    }

    private static CounterDataPointSnapshot counter(Labels labels, double value) {
      return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    MetricSnapshots snapshots() {
      return MetricSnapshots.builder()
          .metricSnapshot(claims.build())
          .metricSnapshot(stopped.build())
          .metricSnapshot(errors.build())
          .metricSnapshot(silent.build())
          .metricSnapshot(inFlight.build())
          .metricSnapshot(operations.build())
          .metricSnapshot(seconds.build())
          .metricSnapshot(bytes.build())
          .build();
    }
  }
}
