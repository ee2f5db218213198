package cn.ucloud.csi.udisk.it.suite;

/** Sits between the driver and the cloud; it may throw, and the driver's thread ends there. */
interface ApiInterceptor {
  ApiInterceptor NONE = _ -> {};

  /** The request of this number, counted from 1, is about to be sent. */
  void sending(int number);

  /** It has been answered, or given up. */
  default void ended(int number) {}
}
