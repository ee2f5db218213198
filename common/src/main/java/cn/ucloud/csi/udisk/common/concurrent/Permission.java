package cn.ucloud.csi.udisk.common.concurrent;

/** Whether this process may change anything at this moment (decision 4). */
public interface Permission {
  /**
   * Asks before something is begun.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it may not
   */
  void require();

  /**
   * Asks at the last moment before a change is sent; to be closed when it has been answered.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if it may not; nothing
   *     must be sent then
   */
  Pass enter();

  /** The time during which a change is under way. */
  @FunctionalInterface
  interface Pass extends AutoCloseable {
    @Override
    void close();

    /** Before {@link #close}: the change certainly was not made. */
    default void nothingDone() {}
  }

  /** For a process that is the only one of its kind. */
  static Permission always() {
    return new Permission() {
      @Override
      public void require() {}

      @Override
      public Pass enter() {
        return () -> {};
      }
    };
  }
}
