package cn.ucloud.csi.udisk.common.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** Flags' second spelling: {@code --csi-endpoint} can also be said as {@code CSI_ENDPOINT}. */
final class Variables {
  private final Map<String, String> environment;
  private final Map<String, List<String>> aliases;

  Variables(Map<String, String> environment, Map<String, List<String>> aliases) {
    this.environment = Map.copyOf(environment);
    this.aliases = Map.copyOf(aliases);
  }

  /** The variables that are asked for this flag, its own first; none for help and version. */
  List<String> names(OptionSpec flag) {
    // VERSION is a common variable of images and must not keep a process from starting.
    if (flag.usageHelp() || flag.versionHelp()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    names.add(variable(flag.longestName()));
    names.addAll(aliases.getOrDefault(flag.longestName(), List.of()));
    return names;
  }

  /** The first of these variables that is set; one that is set to nothing is set. */
  Optional<String> findSet(OptionSpec flag) {
    return names(flag).stream().filter(environment::containsKey).findFirst();
  }

  /**
   * The value of a variable that {@link #findSet} has found, without the blanks and line breaks
   * around it that a block of YAML or a file leaves.
   */
  String valueOf(String variable) {
    return environment.getOrDefault(variable, "").strip();
  }

  private static String variable(String flag) {
    return flag.substring("--".length()).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
