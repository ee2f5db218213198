package cn.ucloud.csi.udisk.common.config;

import java.util.List;

/**
 * What became of a command line.
 *
 * @param <C> the config
 */
public sealed interface Parsed<C> {

  /**
   * All is well.
   *
   * @param effective every flag with its value and where that came from, secrets masked
   */
  record Ready<C>(C config, List<String> effective) implements Parsed<C> {}

  /** The user asked for help or the version, and this is it. */
  record Told<C>(String text) implements Parsed<C> {}

  /** Nothing can be started; each problem is one sentence. */
  record Refused<C>(List<String> problems) implements Parsed<C> {}
}
