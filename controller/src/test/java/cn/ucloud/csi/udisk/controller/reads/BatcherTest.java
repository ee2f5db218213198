package cn.ucloud.csi.udisk.controller.reads;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.controller.reads.Batcher.Gathering;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class BatcherTest {
  private final List<List<String>> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final TimeSource pause = new Hurry();

  @Test
  void whoAsksAloneIsAnsweredAtOnce() {
    answer.countDown();
    Batcher<String, String> batches = new Batcher<>(pause, Gathering.NONE, 100, this::read);
    assertThat(batches.read("a")).isEqualTo("A");
    assertThat(batches.read("a")).as("read again").isEqualTo("A");
    assertThat(calls).containsExactly(List.of("a"), List.of("a"));
  }

  @Test
  void allWhoAskDuringACallAreServedByTheNextOne() throws Exception {
    assertThat(answers(new Batcher<>(pause, Gathering.NONE, 100, this::read)))
        .containsOnly("A", "B", "C", "D");
    assertThat(calls).hasSize(2);
    assertThat(calls.getFirst()).containsExactly("a");
    assertThat(calls.getLast()).containsExactlyInAnyOrder("b", "c", "d");
  }

  @Test
  void noCallAsksForMoreThanIsAllowed() throws Exception {
    assertThat(answers(new Batcher<>(pause, Gathering.NONE, 2, this::read)))
        .containsOnly("A", "B", "C", "D");
    assertThat(calls).hasSize(3);
  }

  @Test
  void whereACallForAllFailsEachAsksAlone() throws Exception {
    Batcher<String, String> batches =
        new Batcher<>(
            pause,
            Gathering.NONE,
            100,
            keys -> {
              Map<String, String> read = read(keys);
              if (keys.size() > 1) {
                throw new IllegalStateException("one of them");
              }
              return read;
            });
    assertThat(answers(batches)).containsOnly("A", "B", "C", "D");
    assertThat(calls).hasSize(6);
  }

  @Test
  void aFailureOfOneIsItsOwn() {
    Batcher<String, String> batches =
        new Batcher<>(
            pause,
            Gathering.NONE,
            100,
            keys -> {
              throw new IllegalStateException("cannot");
            });
    assertThatThrownBy(() -> batches.read("a")).hasMessage("cannot");
  }

  /** The answers for a, and for b, c, d (twice) who ask while a is being read. */
  private List<String> answers(Batcher<String, String> batches) throws Exception {
    List<Future<String>> all = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      all.add(callers.submit(() -> batches.read("a")));
      await().until(() -> calls.size() == 1);
      for (String key : List.of("b", "c", "d", "d")) {
        all.add(callers.submit(() -> batches.read(key)));
      }
      await().until(() -> batches.asking() == 5);
      answer.countDown();
    }
    List<String> answers = new ArrayList<>();
    for (Future<String> each : all) {
      answers.add(each.get());
    }
    return answers;
  }

  private Map<String, String> read(List<String> keys) {
    calls.add(keys);
    try {
      answer.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return keys.stream().collect(toMap(Function.identity(), key -> key.toUpperCase(Locale.ROOT)));
  }

  /** Nobody sleeps here. */
  private static final class Hurry implements TimeSource {
    @Override
    public long now() {
      return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) {}
  }
}
