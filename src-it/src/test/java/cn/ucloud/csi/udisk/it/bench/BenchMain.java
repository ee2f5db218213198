package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Measures, prints a table and writes JSON.
 *
 * <p>Arguments: the directory for the results, and the names of the scenarios wanted; all if none.
 */
public final class BenchMain {

  private BenchMain() {}

  static Map<String, Scenario> scenarios() {
    Map<String, Scenario> all = new LinkedHashMap<>();
    all.put("node-footprint", new NodeFootprint());
    all.put("node-mounts", new NodeMounts());
    all.put("many-mounts", new ManyMounts());
    all.put("read-ahead", new ReadAhead());
    all.put("lone-attach", new LoneAttach());
    all.put("bad-host", new BadHost());
    all.put("crowded-account", new CrowdedAccount());
    all.put("many-copies", new ManyCopies());
    all.put("storm", new Storm());
    all.put("cluster-size", new ClusterSize());
    all.put("kubectl-udisk", new KubectlUdisk());
    return all;
  }

  public static void main(String[] arguments) throws Exception {
    System.setProperty(
        "logback.configurationFile", "cn/ucloud/csi/udisk/simulator/logback-simulator.xml");
    Path results = Path.of(arguments[0]);
    Set<String> wanted = Set.copyOf(List.of(arguments).subList(1, arguments.length));
    Map<String, Scenario> scenarios = scenarios();
    if (!scenarios.keySet().containsAll(wanted)) {
      System.err.println("there are: " + String.join(", ", scenarios.keySet()));
      System.exit(2);
    }
    if (!wanted.isEmpty()) {
      scenarios.keySet().retainAll(wanted);
    }
    Report report = new Report();
    for (Map.Entry<String, Scenario> each : scenarios.entrySet()) {
      System.err.println("measuring " + each.getKey() + " …");
      measure(each.getValue(), Scale.FULL, report);
      report.write(results.resolve("bench.json"));
    }
    String table = report.table();
    Files.writeString(results.resolve("bench.md"), table);
    System.out.print(table);
    System.exit(0); // clients of sockets may keep threads
  }

  /** Runs one scenario in a directory that is removed again. */
  static void measure(Scenario scenario, Scale scale, Report report) throws Exception {
    Path directory = Files.createTempDirectory("udisk-csi-bench").toRealPath();
    try {
      scenario.run(directory, scale, report);
    } finally {
      LoopHypervisor.clean(directory.resolve("region"));
      delete(directory);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }
}
