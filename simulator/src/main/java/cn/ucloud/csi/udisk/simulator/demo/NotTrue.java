package cn.ucloud.csi.udisk.simulator.demo;

/** A step ended, but what it should have brought about is not so. */
final class NotTrue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotTrue(String message) {
    super(message);
  }

  static void unless(boolean condition, String message) {
    if (!condition) {
      throw new NotTrue(message);
    }
  }
}
