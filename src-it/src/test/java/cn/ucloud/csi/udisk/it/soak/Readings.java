package cn.ucloud.csi.udisk.it.soak;

import cn.ucloud.csi.udisk.it.Shell;
import cn.ucloud.csi.udisk.it.bench.Report;
import cn.ucloud.csi.udisk.it.bench.Samples;
import cn.ucloud.csi.udisk.it.bench.Target;
import cn.ucloud.csi.udisk.it.bench.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** How large the processes are whenever nothing is to be done, and whether that has grown. */
final class Readings {

  /** Something that is read, and by how much it may differ without having grown. */
  private enum Measure {
    RSS("RSS", "MB", 10, 1.1),
    HEAP("live heap", "MB", 2, 1.1),
    DESCRIPTORS("descriptors", "", 5, 1.1),
    THREADS("threads", "", 5, 1.1);

    private final String word;
    private final String unit;
    private final double slack;
    private final double factor;

    Measure(String word, String unit, double slack, double factor) {
      this.word = word;
      this.unit = unit;
      this.slack = slack;
      this.factor = factor;
    }

    double bound(double before) {
      return Math.ceil(before * factor + slack);
    }
  }

  private record Series(String process, Measure measure) {}

  private final Map<Series, List<Double>> all = new LinkedHashMap<>();

  /** Reads a process. */
  void take(String process, long pid) throws IOException {
    // Before the collection, which gives memory back.
    add(process, Measure.RSS, Usage.of(pid).residentMb());
    add(process, Measure.HEAP, liveHeap(pid));
    Path proc = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
      add(process, Measure.DESCRIPTORS, (double) open.count());
    }
    try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
      add(process, Measure.THREADS, (double) threads.count());
    }
  }

  /** After a full collection, which jcmd asks for. */
  private static double liveHeap(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String total =
        Shell.run(jcmd, Long.toString(pid), "GC.class_histogram")
            .lines()
            .filter(line -> line.startsWith("Total"))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(total.split("\\s+", -1)[2]) / (1 << 20);
  }

  private void add(String process, Measure measure, double value) {
    all.computeIfAbsent(new Series(process, measure), _ -> new ArrayList<>()).add(value);
  }

  /** What was read in the later half, in which no process was killed, its end beside its begin. */
  void report(Report report, int firstOfLaterHalf) {
    all.forEach((series, values) -> {
      List<Double> later = values.subList(firstOfLaterHalf, values.size());
      double before = new Samples(later.subList(0, later.size() / 2)).median();
      double after = new Samples(later.subList(later.size() / 2, later.size())).median();
      report.add(
          series.process + ": " + series.measure.word,
          after,
          series.measure.unit,
          Target.atMost(series.measure.bound(before)),
          String.format(
              Locale.ROOT,
              "median of the last quarter; of the third %.1f; highest of all %.1f",
              before,
              values.stream().mapToDouble(Double::doubleValue).max().orElseThrow()));
    });
  }
}
