package cn.ucloud.csi.udisk.controller.reads;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.concurrent.Waits;
import cn.ucloud.csi.udisk.common.trace.CurrentSpan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads of single things, several of which can be read by one call. Every answer was read after its
 * question.
 *
 * <p>Whoever asks first waits until it is time to read, and then reads for all who have asked by
 * then. Who gets no answer by that reads alone, beside the others.
 */
final class Batcher<K, V> {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final TimeSource time;
  private final Gathering gathering;
  private final int most;
  private final Function<List<K>, Map<K, V>> read;
  private final ReentrantLock reading = new ReentrantLock(true);
  private final Queue<Ask<K, V>> asks = new ArrayDeque<>();

  /** For how long those who ask wait for others. */
  @FunctionalInterface
  interface Gathering {
    /** Nobody waits; those who ask while a call is under way are served by the next one. */
    Gathering NONE = (_, _) -> true;

    /**
     * Whether it is time to read.
     *
     * @param asks how many have asked
     * @param waited for how long the first of them has waited
     */
    boolean isOver(int asks, Duration waited);
  }

  private static final class Ask<K, V> {
    private final K key;
    private @Nullable V answer;
    private boolean isAlone;

    private Ask(K key) {
      this.key = key;
    }
  }

  /**
   * @param most how many can be read together
   * @param read answers for every one of one; where it answers for some of several only, the others
   *     are read one by one
   */
  Batcher(TimeSource time, Gathering gathering, int most, Function<List<K>, Map<K, V>> read) {
    this.time = time;
    this.gathering = gathering;
    this.most = most;
    this.read = read;
  }

  /** What is read for {@code key}, when it is time. */
  V read(K key) {
    return CurrentSpan.during("shared read", () -> readShared(key));
  }

  private V readShared(K key) {
    Ask<K, V> mine = new Ask<>(key);
    synchronized (asks) {
      asks.add(mine);
    }
    try {
      Waits.lock(reading);
      try {
        if (mine.answer == null && !mine.isAlone) {
          answer(mine);
        }
      } finally {
        reading.unlock();
      }
      return mine.answer != null ? mine.answer : one(mine.key);
    } finally {
      synchronized (asks) {
        asks.remove(mine);
      }
    }
  }

  /** How many have no answer yet. */
  int asking() {
    synchronized (asks) {
      return asks.size();
    }
  }

  private void answer(Ask<K, V> mine) {
    gather();
    List<Ask<K, V>> together = withOthers(mine);
    if (together.size() > 1) {
      readTogether(together);
    } else if (gathering.equals(Gathering.NONE)) {
      mine.answer = one(mine.key); // meanwhile the others gather
    }
  }

  private void gather() {
    long start = time.now();
    while (!gathering.isOver(open(), Duration.ofNanos(time.now() - start))) {
      Waits.sleep(time, POLL_INTERVAL);
    }
  }

  private int open() {
    synchronized (asks) {
      return (int) asks.stream().filter(Batcher::isOpen).count();
    }
  }

  private static boolean isOpen(Ask<?, ?> ask) {
    return ask.answer == null && !ask.isAlone;
  }

  private V one(K key) {
    V answer = read.apply(List.of(key)).get(key);
    if (answer == null) {
      throw new IllegalStateException("nothing was read for " + key);
    }
    return answer;
  }

  private List<Ask<K, V>> withOthers(Ask<K, V> mine) {
    List<Ask<K, V>> all = new ArrayList<>(List.of(mine));
    synchronized (asks) {
      asks.stream().filter(ask -> ask != mine && isOpen(ask)).limit(most - 1L).forEach(all::add);
    }
    return all;
  }

  /** One of them may be the reason for a failure, so whoever gets nothing asks alone. */
  private void readTogether(List<Ask<K, V>> together) {
    Map<K, V> answers = Map.of();
    try {
      answers = read.apply(together.stream().map(ask -> ask.key).distinct().toList());
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e; // it is about this one
      }
    }
    synchronized (asks) {
      for (Ask<K, V> ask : together) {
        ask.answer = answers.get(ask.key);
        ask.isAlone = ask.answer == null;
      }
    }
  }
}
