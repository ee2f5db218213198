package cn.ucloud.csi.udisk.it.bench;

import java.nio.file.Path;

/** Something to measure. */
interface Scenario {

  /**
   * Measures, and leaves nothing behind.
   *
   * @param directory its own, by its real path
   */
  void run(Path directory, Scale scale, Report report) throws Exception;
}
