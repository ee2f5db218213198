package cn.ucloud.csi.udisk.node.linux;

import java.io.IOException;

/** A system call that the kernel refused; the message names the reason. */
public final class FailedCall extends IOException {
  private static final long serialVersionUID = 1;

  private final int number;

  FailedCall(Errno errno) {
    super(errno.toString());
    this.number = errno.number();
  }

  public Errno errno() {
    return new Errno(number);
  }
}
