package cn.ucloud.csi.udisk.common.config;

import java.util.List;
import java.util.Map;

/**
 * The flags of one process: fields with picocli's {@code @Option}, one long name each.
 *
 * <p>Defaults are given as {@code defaultValue}, so that they are printed like any other value. A
 * boolean takes its value ({@code arity = "1"}), so that its variable can say {@code false}.
 *
 * @param <C> the immutable record they become
 */
public interface Options<C> {

  /** What must hold beyond the form of each single flag. */
  List<Rule> rules();

  /** Per flag ({@code --node-id}), more variables to ask after its own. */
  default Map<String, List<String>> aliases() {
    return Map.of();
  }

  /** The config. Called once, and only when every flag was read and every rule holds. */
  C toConfig();
}
