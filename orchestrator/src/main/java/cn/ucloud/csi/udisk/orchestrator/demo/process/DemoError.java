package cn.ucloud.csi.udisk.orchestrator.demo.process;

/** A step ended, but what it should have brought about is not so. */
public final class DemoError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DemoError(String message) {
    super(message);
  }

  public static void unless(boolean condition, String message) {
    if (!condition) {
      throw new DemoError(message);
    }
  }
}
