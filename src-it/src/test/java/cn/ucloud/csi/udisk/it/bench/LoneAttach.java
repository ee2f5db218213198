package cn.ucloud.csi.udisk.it.bench;

import java.nio.file.Path;

/** One volume, nobody else: what the driver adds to the cloud's own time. */
final class LoneAttach implements Scenario {

  @Override
  public void run(Path directory, Scale scale, Report report) {
    Stopwatch watch = new Stopwatch();
    try (BenchRegion region = BenchRegion.start(directory, scale, 1, 0)) {
      VolumeLife life = region.life();
      String id = life.create("pvc-lone").getVolumeId();
      String host = BenchRegion.host(0);
      for (int i = 0; i < scale.repeats(); i++) {
        var _ = watch.time("attach", () -> life.attach(id, host));
        watch.time("detach", () -> life.detach(id, host));
      }
      life.delete(id);
      double cloud = region.clock().attach().toMillis();
      Samples attach = watch.of("attach");
      report.add(
          "lone attach: added to the cloud's time",
          attach.median() - cloud,
          "ms",
          Target.atMost(50),
          "median of whole calls, %s, less the %.0f ms that the cloud takes"
              .formatted(attach.spread(), cloud));
      Samples detach = watch.of("detach");
      report.add(
          "lone detach: added to the cloud's time",
          detach.median() - cloud,
          "ms",
          "the same, " + detach.spread());
    }
  }
}
