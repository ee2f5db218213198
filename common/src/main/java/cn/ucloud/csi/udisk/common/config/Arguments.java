package cn.ucloud.csi.udisk.common.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command line completed with what variables and defaults say.
 *
 * <p>Everything reaches picocli as arguments, because it converts those one by one and reports each
 * failure; of the values from a default provider it reports the first failure and drops the rest.
 */
final class Arguments {
  private final List<String> typed;
  private final List<String> added = new ArrayList<>();
  private final Map<OptionSpec, String> sources = new LinkedHashMap<>();
  private final List<OptionSpec> missing = new ArrayList<>();

  Arguments(CommandSpec spec, Variables variables, List<String> typed) {
    this.typed = typed;
    for (OptionSpec flag : spec.options()) {
      if (!flag.usageHelp() && !flag.versionHelp()) {
        complete(flag, variables);
      }
    }
  }

  /** What picocli is to read. */
  String[] all() {
    List<String> all = new ArrayList<>(added);
    all.addAll(typed);
    return all.toArray(String[]::new);
  }

  /** For each flag, in the order of their declaration, where its value is from. */
  Map<OptionSpec, String> sources() {
    return sources;
  }

  /** The required flags that nobody gave. */
  List<OptionSpec> missing() {
    return missing;
  }

  private void complete(OptionSpec flag, Variables variables) {
    Optional<String> variable = variables.findSet(flag);
    if (isTyped(flag)) {
      sources.put(flag, "flag");
    } else if (variable.isPresent()) {
      sources.put(flag, variable.get());
      added.add(flag.longestName() + "=" + variables.valueOf(variable.get()));
    } else if (flag.defaultValue() != null) {
      sources.put(flag, "default");
      added.add(flag.longestName() + "=" + flag.defaultValue());
    } else {
      sources.put(flag, "not set");
      if (flag.required()) {
        missing.add(flag);
      }
    }
  }

  private boolean isTyped(OptionSpec flag) {
    String name = flag.longestName();
    return typed.stream().anyMatch(arg -> arg.equals(name) || arg.startsWith(name + "="));
  }
}
