package cn.ucloud.csi.udisk.simulator.demo;

import java.nio.file.Path;

/** Another demo is running. */
final class Busy extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Busy(Path directory) {
    super("another demo is running in " + directory);
  }
}
