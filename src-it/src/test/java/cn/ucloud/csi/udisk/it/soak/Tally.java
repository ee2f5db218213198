package cn.ucloud.csi.udisk.it.soak;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** How often what has happened. */
final class Tally {
  private final Map<String, Integer> counts = new ConcurrentSkipListMap<>();

  void count(String what) {
    add(what, 1);
  }

  void add(String what, int times) {
    counts.merge(what, times, Integer::sum);
  }

  Map<String, Integer> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
