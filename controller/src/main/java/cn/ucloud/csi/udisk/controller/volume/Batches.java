package cn.ucloud.csi.udisk.controller.volume;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads of single things: those that are asked for while another read is under way, or waits for
 * its turn, are read together by one call. Every answer was read after its question.
 */
final class Batches<K, V> {
  private final Turns turns;
  private final int most;
  private final Function<List<K>, Map<K, V>> read;
  private final ReentrantLock reading = new ReentrantLock(true);
  private final Queue<Ask<K, V>> asks = new ArrayDeque<>();

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
  Batches(Turns turns, int most, Function<List<K>, Map<K, V>> read) {
    this.turns = turns;
    this.most = most;
    this.read = read;
  }

  /** What is read for {@code key}, now or, among many, when it is its turn. */
  V read(K key) {
    Ask<K, V> mine = new Ask<>(key);
    turns.enter();
    synchronized (asks) {
      asks.add(mine);
    }
    try {
      Waits.lock(reading);
      try {
        return answer(mine);
      } finally {
        reading.unlock();
      }
    } finally {
      synchronized (asks) {
        asks.remove(mine);
      }
      turns.leave();
    }
  }

  private V answer(Ask<K, V> mine) {
    if (mine.answer == null) {
      turns.awaitInCrowd();
      List<Ask<K, V>> together = mine.isAlone ? List.of(mine) : withOthers(mine);
      if (together.size() > 1) {
        readTogether(together);
      }
    }
    V answer = mine.answer != null ? mine.answer : one(mine.key);
    mine.answer = answer; // so that nobody reads it once more
    return answer;
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
      asks.stream()
          .filter(ask -> ask != mine && ask.answer == null && !ask.isAlone)
          .limit(most - 1L)
          .forEach(all::add);
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
    for (Ask<K, V> ask : together) {
      ask.answer = answers.get(ask.key);
      ask.isAlone = ask.answer == null;
    }
  }
}
