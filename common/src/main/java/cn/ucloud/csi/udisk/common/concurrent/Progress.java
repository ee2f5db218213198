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
   * @throws OperationPending if another operation holds it
   */
  void alsoHold(String key);

  /** For work that nobody watches. */
  static Progress unwatched() {
    return new Progress() {
      @Override
      public void at(String stage) {}

      @Override
      public void sending() {}

      @Override
      public void alsoHold(String key) {}
    };
  }
}
