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

/** Formatting and mounting by the driver, against the same programs run bare in the same run. */
final class NodeMounts implements Scenario {
  private static final String HOST = "uhost-0";

  /** What the driver runs, save for the stamp. */
  private static final List<String> MKFS =
      List.of(
          "mkfs.ext4",
          "-F",
          "-q",
          "-O",
          "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,"
              + "sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum,"
              + "metadata_csum_seed",
          "-m",
          "0",
          "-b",
          "4096",
          "-I",
          "256",
          "-i",
          "16384",
          "-E",
          "nodiscard,lazy_itable_init=1,lazy_journal_init=0");

  @Override
  public void run(Path directory, Scale scale, Report report) throws Exception {
    SimulatorConfig config =
        SimulatorConfig.defaults(directory.resolve("region"))
            .withHypervisor(HypervisorKind.LOOP)
            .withDelays(Delays.all(Duration.ofMillis(20)))
            .withHosts(HostSpec.of(HOST, BenchRegion.ZONE));
    try (BenchRegion region = BenchRegion.start(directory, config, 0)) {
      int port = FreePort.take();
      BenchNode starter = new BenchNode(region.simulator(), HOST, directory, port);
      try (Started node = starter.start(BenchNode.Profile.STANDARD)) {
        Stopwatch watch = new Stopwatch();
        Division division = new Division(port, watch);
        mount(region, node, directory, "warm", new Division(port, new Stopwatch()));
        for (int i = 0; i < scale.repeats(); i++) {
          mount(region, node, directory, Integer.toString(i), division);
        }
        tell(report, watch);
        division.tell(report);
        arrive(region, node, directory, scale, report);
      }
    }
  }

  /** A blank disk is staged and published, staged again, and then treated the same way by hand. */
  private static void mount(
      BenchRegion region, Started node, Path directory, String round, Division division)
      throws IOException {
    VolumeLife life = region.life();
    VolumeCalls calls = VolumeCalls.on(node.socket(), VolumeLife.EXT4);
    String id = life.create("pvc-mount-" + round).getVolumeId();
    Path device = attach(region, life, id);
    Path place = Files.createDirectories(directory.resolve("kubelet").resolve(round));
    Path staging = Files.createDirectory(place.resolve("globalmount"));
    Path target = place.resolve("mount");
    try {
      division.time("stage", "stage", () -> calls.stage(id, device, staging));
      division.time("publish", "publish", () -> calls.publish(id, device, staging, target));
      calls.unpublish(id, target);
      calls.unstage(id, staging);
      division.time("stage again", "stage", () -> calls.stage(id, device, staging));
      calls.unstage(id, staging);
      bare(device, staging, Files.createDirectories(target), division.watch());
    } finally {
      life.detach(id, HOST);
      life.delete(id);
    }
  }

  private static void bare(Path device, Path staging, Path target, Stopwatch watch) {
    String[] mkfs = MKFS.toArray(new String[MKFS.size() + 1]);
    mkfs[MKFS.size()] = device.toString();
    Runnable mount = () -> Shell.run("mount", "-t", "ext4", device.toString(), staging.toString());
    Runnable blkid = () -> Shell.run("blkid", "-p", device.toString());
    watch.time("look before stage", blkid);
    watch.time(
        "bare stage",
        () -> {
          Shell.run(mkfs);
          mount.run();
        });
    try {
      watch.time(
          "bare publish",
          () -> Shell.run("mount", "--bind", staging.toString(), target.toString()));
      Shell.run("umount", target.toString());
    } finally {
      Shell.run("umount", staging.toString());
    }
    watch.time(
        "look before stage again",
        () -> {
          blkid.run();
          Shell.run("e2fsck", "-p", device.toString());
        });
    watch.time("bare stage again", mount);
    Shell.run("umount", staging.toString());
  }

  private static void tell(Report report, Stopwatch watch) {
    for (String step : List.of("stage", "stage again", "publish")) {
      Samples own = watch.of(step);
      Samples floor = watch.of("bare " + step);
      String what =
          switch (step) {
            case "stage" -> "mkfs.ext4 and mount of 10 GiB";
            case "stage again" -> "mount";
            default -> "mount --bind";
          };
      report.add(
          step + " against the bare programs",
          own.median() / floor.median(),
          "times",
          Target.atMost(1.2),
          "medians: %.1f ms (%s) against %.1f ms (%s) of %s"
              .formatted(own.median(), own.spread(), floor.median(), floor.spread(), what));
    }
    tellWithLooks(report, watch, "stage", "blkid");
    tellWithLooks(report, watch, "stage again", "blkid and e2fsck");
  }

  /** Kubelet's own mounter, for volumes of no driver, looks at a disk before it mounts it, too. */
  private static void tellWithLooks(Report report, Stopwatch watch, String step, String programs) {
    double look = watch.of("look before " + step).median();
    report.add(
        step + " against the programs of kubelet's own mounter",
        watch.of(step).median() / (watch.of("bare " + step).median() + look),
        "times",
        Target.NONE,
        "the same, and %.1f ms of %s more for the bare programs".formatted(look, programs));
  }

  /** A raw volume is staged before its device is there. */
  private static void arrive(
      BenchRegion region, Started node, Path directory, Scale scale, Report report)
      throws Exception {
    VolumeLife life = region.life();
    VolumeCalls calls = VolumeCalls.on(node.socket(), VolumeLife.RAW);
    String id = life.create("pvc-late").getVolumeId();
    Path device = region.simulator().guestRoot(HOST).resolve("dev/vdb");
    Path staging = Files.createDirectories(directory.resolve("kubelet/late"));
    Arrivals arrivals = new Arrivals(device);
    try {
      for (int i = 0; i < scale.repeats(); i++) {
        arrivals.late(() -> calls.stage(id, device, staging), () -> life.attach(id, HOST));
        calls.unstage(id, staging);
        arrivals.there(() -> calls.stage(id, device, staging));
        calls.unstage(id, staging);
        life.detach(id, HOST);
      }
    } finally {
      life.detach(id, HOST);
      life.delete(id);
    }
    arrivals.tell(report);
  }

  /** Gives the device, as the host of the driver sees it. */
  private static Path attach(BenchRegion region, VolumeLife life, String id) {
    String letter = life.attach(id, HOST).getOrDefault("deviceName", "none");
    return region.simulator().guestRoot(HOST).resolve("dev").resolve(letter);
  }
}
