package cn.ucloud.csi.udisk.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Values of one kind, measured several times; in the order of their size. */
public record Samples(List<Double> sorted) {
  public Samples {
    sorted = sorted.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
  }

  static Samples millis(Collection<Duration> durations) {
    List<Double> values = new ArrayList<>();
    durations.forEach(duration -> values.add(duration.toNanos() / 1e6));
    return new Samples(values);
  }

  public double median() {
    return quantile(0.5);
  }

  /** The smallest value that at least this share of all does not exceed. */
  double quantile(double share) {
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.clamp(rank - 1, 0, sorted.size() - 1));
  }

  /** As in {@code n=5, 12.1 to 14.0}. */
  String spread() {
    return String.format(
        Locale.ROOT, "n=%d, %.1f to %.1f", sorted.size(), sorted.getFirst(), sorted.getLast());
  }
}
