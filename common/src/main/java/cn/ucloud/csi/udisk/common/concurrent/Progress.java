package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.util.function.Supplier;

/** What the body of an operation tells about itself while it runs. */
public interface Progress {
  /** Names what is being done now; a waiter whose time is up is told this. */
  void at(String stage);

  /**
   * The last moment to turn back: from here on the operation is not dropped any more. Changes that
   * leave through {@link Operations#permissionToSend} say so themselves, at the last moment.
   *
   * @throws OperationPending if it has been dropped already; nothing must be sent then
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if this process may not
   *     act any more; nothing must be sent then, too
   */
  void sending();

  /**
   * Holds a second key until the end, such as the id of the disk that was just created.
   *
   * @throws OperationPending if another operation holds it, alone or with others
   */
  void alsoHold(String key);

  /**
   * Holds {@code key} together with others who share it, until the answer is closed or the
   * operation ends. Waits while an operation has it for itself; one that comes for it meanwhile
   * waits until it is closed.
   *
   * <p>An operation whose own key others share must not share any: two might wait for each other.
   *
   * @throws OperationPending if the operation is dropped, or at its limit, meanwhile
   */
  Hold share(String key);

  /**
   * Waits until nobody else holds {@code key}, and has it for itself until the answer is closed or
   * the operation ends.
   *
   * @throws OperationPending if the operation is dropped, or at its limit, meanwhile
   */
  Hold takeTurn(String key);

  /**
   * Waits for the turn of a program. That does not count for the limit of the operation. Until it
   * is over the operation is dropped when its opposite arrives, also if it has sent something
   * before; not for lack of callers, who would find its place lost when they come back.
   *
   * @param stage as {@link #at}, until the turn has come
   * @throws OperationPending if the operation was dropped, or the wait interrupted; whether the
   *     turn had come by then is for {@code turn} to know
   */
  default void queue(String stage, Turn turn) {
    try {
      turn.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationPending("interrupted while " + stage);
    }
  }

  /** What to wait for in a queue. */
  @FunctionalInterface
  interface Turn {
    void await() throws InterruptedException;
  }

  /** Does work that has a limit of its own, and so does not count for that of the operation. */
  default <R> R limitedByItself(Supplier<R> work) {
    return work.get();
  }

  /** That of the operation which the current thread works for; outside of one nobody watches. */
  static Progress ofThisThread() {
    return Operation.ofThisThread();
  }

  /** A key that is held for a while; it is given back at the end of the operation at the latest. */
  @FunctionalInterface
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /** For work that nobody watches. */
  static Progress unwatched() {
    return new Progress() {
      @Override
      public void at(String stage) {}

      @Override
      public void sending() {}

      @Override
      public void alsoHold(String key) {}

      @Override
      public Hold share(String key) {
        return () -> {};
      }

      @Override
      public Hold takeTurn(String key) {
        return () -> {};
      }
    };
  }
}
