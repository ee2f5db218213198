package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.it.FreePort;
import cn.ucloud.csi.udisk.it.Shell;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.Delays;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A raw volume that is read in order, staged with one read-ahead after the other. How many requests
 * that takes is no matter of the machine; each costs a disk of the cloud one of those that it
 * serves in a second.
 */
final class ReadAhead implements Scenario {
  private static final String HOST = "uhost-0";
  private static final List<Integer> KILOBYTES = List.of(0, 32, 128, 512, 4096);

  /** What a program asks for at a time. */
  private static final String BLOCK = "bs=16k";

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    SimulatorConfig config =
        SimulatorConfig.defaults(directory.resolve("region"))
            .withHypervisor(HypervisorKind.LOOP)
            .withDelays(Delays.all(Duration.ofMillis(20)))
            .withHosts(HostSpec.of(HOST, BenchRegion.ZONE));
    try (BenchRegion region = BenchRegion.start(directory, config, 0)) {
      BenchNode starter = new BenchNode(region.simulator(), HOST, directory, FreePort.take());
      try (Started node = starter.start(BenchNode.Profile.STANDARD)) {
        read(region, node, directory, scale, report);
      }
    }
  }

  private static void read(
      BenchRegion region, Started node, Path directory, Scale scale, Report report)
      throws IOException {
    int mebibytes = scale.repeats() > 1 ? 256 : 8;
    VolumeLife life = region.life();
    VolumeCalls calls = VolumeCalls.on(node.socket(), VolumeLife.RAW);
    String id = life.create("pvc-read").getVolumeId();
    String letter = life.attach(id, HOST).getOrDefault("deviceName", "none");
    Path guest = region.simulator().guestRoot(HOST);
    Path device = guest.resolve("dev").resolve(letter);
    Path stat = guest.resolve("sys/block").resolve(letter).resolve("stat");
    Path staging = Files.createDirectories(directory.resolve("kubelet/read"));
    try {
      String count = "count=" + mebibytes;
      Shell.run("dd", "if=/dev/urandom", "of=" + device, "bs=1M", count, "conv=fsync");
      for (int kilobytes : KILOBYTES) {
        calls.stage(id, device, staging, Map.of("readAheadKb", Integer.toString(kilobytes)));
        Shell.run("blockdev", "--flushbufs", device.toString());
        long before = reads(stat);
        long start = System.nanoTime();
        Shell.run("dd", "if=" + device, "of=/dev/null", BLOCK, "count=" + mebibytes * 64);
        double seconds = (System.nanoTime() - start) / 1e9;
        long requests = reads(stat) - before;
        calls.unstage(id, staging);
        report.add(
            "%d MiB in order, readAheadKb %d".formatted(mebibytes, kilobytes),
            (double) requests,
            "requests",
            "%d KiB each, %.1f s on a loop device; dd %s, raw volume"
                .formatted(mebibytes * 1024L / Math.max(1, requests), seconds, BLOCK));
      }
    } finally {
      life.detach(id, HOST);
      life.delete(id);
    }
  }

  /** Reads that the disk has completed. */
  private static long reads(Path stat) throws IOException {
    return Long.parseLong(Files.readString(stat).strip().split("\\s+", 2)[0]);
  }
}
