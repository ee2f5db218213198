package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.it.MetricsPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Measures calls, and how their time divides by the node's own metrics. */
final class Division {
  /** As the node names them; whatever else an operation takes is its checks and records. */
  private static final List<String> PARTS =
      List.of("queue", "cloud", "wait", "program", "disk", "mount");

  private static final String CALL = "connection and call";
  private static final String SECONDS = "udisk_operation_seconds_%s{kind=\"%s\"}";

  private final int port;
  private final Stopwatch watch;
  private final Map<String, Map<String, List<Double>>> millis = new LinkedHashMap<>();

  /**
   * @param port of the node's metrics
   * @param watch is told how long each call took
   */
  Division(int port, Stopwatch watch) {
    this.port = port;
    this.watch = watch;
  }

  Stopwatch watch() {
    return watch;
  }

  /**
   * Makes one call.
   *
   * @param kind of its operation, the only one of that kind
   */
  void time(String call, String kind, Runnable action) {
    MetricsPage before = MetricsPage.read(port);
    long start = System.nanoTime();
    watch.time(call, action);
    double total = (System.nanoTime() - start) / 1e6;
    MetricsPage after = ended(before, kind);
    double operation = since(before, after, SECONDS.formatted("sum", kind));
    add(call, CALL, total - operation);
    double known = 0;
    for (String part : PARTS) {
      double value =
          since(
              before,
              after,
              "udisk_operation_part_seconds_total{kind=\"%s\",part=\"%s\"}".formatted(kind, part));
      add(call, part, value);
      known += value;
    }
    add(call, "checks and records", operation - known);
  }

  /** An operation is counted just after its answer was given. */
  private MetricsPage ended(MetricsPage before, String kind) {
    String count = SECONDS.formatted("count", kind);
    MetricsPage page = MetricsPage.read(port);
    while (page.value(count) == before.value(count)) {
      Thread.onSpinWait();
      page = MetricsPage.read(port);
    }
    return page;
  }

  private static double since(MetricsPage before, MetricsPage after, String series) {
    return (after.value(series) - before.value(series)) * 1e3;
  }

  private void add(String call, String part, double value) {
    millis
        .computeIfAbsent(call, _ -> new LinkedHashMap<>())
        .computeIfAbsent(part, _ -> new ArrayList<>())
        .add(value);
  }

  /** A line for each call: the median of each part, of those that are worth telling. */
  void tell(Report report) {
    millis.forEach((call, parts) ->
        report.add(
            call + ": " + CALL,
            new Samples(parts.getOrDefault(CALL, List.of())).median(),
            "ms",
            "medians; then " + rest(parts)));
  }

  private static String rest(Map<String, List<Double>> parts) {
    return parts.entrySet().stream()
        .skip(1)
        .map(entry -> Map.entry(entry.getKey(), new Samples(entry.getValue()).median()))
        .filter(entry -> entry.getValue() >= 0.05)
        .map(entry -> String.format(Locale.ROOT, "%s %.1f", entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }
}
