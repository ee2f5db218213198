package cn.ucloud.csi.udisk.common.error;

/**
 * This process cannot begin its work; the message is the one sentence its operator gets to read.
 *
 * <p>Not a {@link DriverException}: no caller ever sees it.
 */
public final class CannotStart extends RuntimeException {
  public CannotStart(String message) {
    super(message);
  }

  public CannotStart(String message, Throwable cause) {
    super(message, cause);
  }
}
