package cn.ucloud.csi.udisk.common.concurrent;

import java.time.Duration;
import java.util.Optional;

/** The one who waits for an operation's answer. */
public interface Caller {
  /** How long the caller will still wait; empty if it set no limit. */
  Optional<Duration> timeLeft();

  /**
   * Runs {@code action} once if the caller goes away before it has its answer; at once if it has.
   */
  void whenGone(Runnable action);

  /** One who waits for as long as it takes: a start-up step or a test. */
  static Caller patient() {
    return new Caller() {
      @Override
      public Optional<Duration> timeLeft() {
        return Optional.empty();
      }

      @Override
      public void whenGone(Runnable action) {}
    };
  }
}
