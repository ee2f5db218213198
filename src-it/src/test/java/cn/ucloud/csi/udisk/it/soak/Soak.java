package cn.ucloud.csi.udisk.it.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.it.bench.Report;
import cn.ucloud.csi.udisk.it.bench.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Rounds of tenants who come, live through trouble and go, beside two that stay for good. After
 * each round nothing may be there but what those two have.
 */
final class Soak implements AutoCloseable {
  private static final int GUESTS = 6;
  private static final List<String> FILESYSTEMS = List.of("ext4", "xfs");

  private final SoakCluster world;
  private final Troubles troubles;
  private final Report report = new Report();
  private final Tally tally = new Tally();
  private final Readings readings = new Readings();
  private final Map<String, List<Long>> left = new LinkedHashMap<>();
  private final List<Tenant> residents = new ArrayList<>();
  private int rounds;
  private int firstOfLaterHalf;

  /** Takes the real path; the seed says what goes wrong when. */
  Soak(Path directory, long seed) {
    this.world = new SoakCluster(directory);
    this.troubles = new Troubles(world, tally, new Random(seed));
  }

  /**
   * Lives for about this time. In its first half processes are killed as well.
   *
   * @throws AssertionError as soon as a line of a journal is missing, or something is left over
   */
  void run(Duration time) throws Exception {
    for (String node : SoakCluster.NODES) {
      String number = Integer.toString(residents.size());
      residents.add(
          new Tenant(world, "resident-" + number, FILESYSTEMS.get(residents.size()), node));
    }
    half(time.dividedBy(2), true);
    firstOfLaterHalf = rounds;
    half(time.dividedBy(2), false);
    for (Tenant resident : residents) {
      resident.moveOut();
    }
    residents.clear();
    awaitNothingElse();
  }

  /** At least two rounds, so that there is something to compare. */
  private void half(Duration time, boolean kills) throws Exception {
    long start = System.nanoTime();
    int before = rounds;
    while (rounds < before + 2 || System.nanoTime() - start < time.toNanos()) {
      round(kills);
      awaitNothingElse();
      for (String process : SoakCluster.PROCESSES) {
        readings.take(process, world.pid(process));
      }
      leftovers()
          .forEach((what, count) -> left.computeIfAbsent(what, _ -> new ArrayList<>()).add(count));
      rounds++;
      tally.count("rounds");
    }
  }

  private void round(boolean kills) throws Exception {
    List<Callable<Void>> lives = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      int guest = i;
      lives.add(() -> visit(guest));
    }
    for (int i = 0; i < residents.size(); i++) {
      int resident = i;
      lives.add(() -> stay(resident));
    }
    List<Future<Void>> ended = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      lives.forEach(life -> ended.add(threads.submit(life)));
      troubles.during(rounds, kills);
    }
    for (Future<Void> each : ended) {
      var _ = each.get();
    }
    troubles.end();
    Tenant.list(world);
  }

  /** The whole life of a volume, with something else in it for each guest. */
  private Void visit(int guest) throws IOException {
    String fsType = FILESYSTEMS.get(guest % FILESYSTEMS.size());
    Tenant tenant = new Tenant(world, "guest-" + rounds + "-" + guest, fsType, node(guest));
    tenant.write();
    switch (guest % 3) {
      case 0 -> {
        tenant.loseInTheConsole();
        tally.count("console detaches");
      }
      case 1 -> {
        if (fsType.equals("xfs")) { // ext4 needs a privilege that test machines lack
          tenant.grow();
          tally.count("growths");
        }
      }
      default -> {
        tenant.copy();
        tally.count("snapshots restored");
      }
    }
    tenant.moveTo(node(guest + 1));
    tenant.write();
    tenant.moveOut();
    tally.count("volumes");
    return null;
  }

  private Void stay(int number) throws IOException {
    Tenant resident = residents.get(number);
    resident.write();
    switch ((rounds + number) % 4) {
      case 0 -> {
        resident.loseInTheConsole();
        tally.count("console detaches");
      }
      case 2 -> resident.moveTo(node(SoakCluster.NODES.indexOf(resident.node()) + 1));
      default -> resident.requireWhole();
    }
    resident.write();
    return null;
  }

  private static String node(int number) {
    return SoakCluster.NODES.get(number % SoakCluster.NODES.size());
  }

  /** What the residents have, and nothing else. */
  private void awaitNothingElse() {
    long volumes = residents.size();
    await()
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() ->
            assertThat(leftovers())
                .containsEntry("mounts", 2 * volumes)
                .containsEntry("loop devices", volumes)
                .containsEntry("disks", volumes)
                .containsEntry("snapshots", 0L));
  }

  private Map<String, Long> leftovers() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("mounts", (long) world.loops().mountPoints().size());
    counts.put("loop devices", (long) world.loops().loops().size());
    counts.put("disks", (long) world.loops().sandbox().disks().size());
    counts.put("snapshots", (long) world.region().state().snapshots().size());
    counts.put("records of nodes", SoakCluster.NODES.stream().mapToLong(this::records).sum());
    return counts;
  }

  private long records(String node) {
    try (Stream<Path> files = Files.walk(world.loops().stateDirectory(node))) {
      return files.filter(Files::isRegularFile).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What happened, and whether anything grew, as far as it got; to be asked for once. */
  Report report() {
    tally.counts().forEach((what, count) -> report.add(what, count, "", Target.NONE, "counted"));
    left.forEach((what, counts) ->
        report.add(
            what + " between rounds",
            counts.stream().mapToDouble(Long::doubleValue).max().orElseThrow(),
            "",
            Target.atMost(counts.getFirst().doubleValue()),
            "most of all; after the first round " + counts.getFirst()));
    if (rounds >= firstOfLaterHalf + 2) {
      readings.report(report, firstOfLaterHalf);
    }
    return report;
  }

  @Override
  public void close() {
    world.close();
  }
}
