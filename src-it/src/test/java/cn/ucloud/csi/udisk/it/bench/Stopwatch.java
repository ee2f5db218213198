package cn.ucloud.csi.udisk.it.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** How long things of each kind took; used by many threads. */
final class Stopwatch {
  private final Map<String, List<Duration>> taken = new ConcurrentHashMap<>();

  <T> T time(String what, Supplier<T> action) {
    long start = System.nanoTime();
    T result = action.get();
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    taken.compute(
        what,
        (_, before) -> {
          List<Duration> all = before == null ? new ArrayList<>() : before;
          all.add(duration);
          return all;
        });
    return result;
  }

  void time(String what, Runnable action) {
    boolean _ =
        time(
            what,
            () -> {
              action.run();
              return true;
            });
  }

  Samples of(String what) {
    return Samples.millis(taken.getOrDefault(what, List.of()));
  }
}
