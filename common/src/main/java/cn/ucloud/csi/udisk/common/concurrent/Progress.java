package cn.ucloud.csi.udisk.common.concurrent;

import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;

/** What the body of an operation tells about itself while it runs. */
public interface Progress {
  /** Names what is being done now; a waiter whose time is up is told this. */
  void at(String stage);

  /**
   * The last moment to turn back: from here on the operation is not dropped any more. Changes that
   * leave through {@link Operations#departures} say so themselves, at the last moment.
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
