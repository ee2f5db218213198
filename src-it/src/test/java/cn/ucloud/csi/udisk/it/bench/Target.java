package cn.ucloud.csi.udisk.it.bench;

import java.util.Locale;

/** What a figure should be: no more than a bound, no less than it, or whatever it is. */
public sealed interface Target {
  boolean isMet(double value);

  record AtMost(double bound) implements Target {
    @Override
    public boolean isMet(double value) {
      return value <= bound;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "≤ %s", plain(bound));
    }
  }

  record AtLeast(double bound) implements Target {
    @Override
    public boolean isMet(double value) {
      return value >= bound;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "≥ %s", plain(bound));
    }
  }

  /** Told for comparison only. */
  record None() implements Target {
    @Override
    public boolean isMet(double value) {
      return true;
    }

    @Override
    public String toString() {
      return "–";
    }
  }

  Target NONE = new None();

  static Target atMost(double bound) {
    return new AtMost(bound);
  }

  static Target atLeast(double bound) {
    return new AtLeast(bound);
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
