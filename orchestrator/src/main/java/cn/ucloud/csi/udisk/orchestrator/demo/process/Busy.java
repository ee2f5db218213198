package cn.ucloud.csi.udisk.orchestrator.demo.process;

import java.nio.file.Path;

/** Another demo is running. */
public final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Busy(Path directory) {
    super("another demo is running in " + directory);
  }
}
