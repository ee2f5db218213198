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
  private final Map<OptionSpec, String> unclean = new LinkedHashMap<>();

  Arguments(CommandSpec spec, Variables variables, List<String> typed) {
    this.typed = typed.stream().map(String::strip).toList();
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

  /** The flags with a value that nobody meant, and what is wrong with it. */
  Map<OptionSpec, String> unclean() {
    return unclean;
  }

  private void complete(OptionSpec flag, Variables variables) {
    Optional<String> variable = variables.findSet(flag);
    Optional<String> typedValue = findTyped(flag);
    if (typedValue.isPresent()) {
      sources.put(flag, "flag");
      check(flag, typedValue.get());
    } else if (variable.isPresent()) {
      sources.put(flag, variable.get());
      String value = variables.valueOf(variable.get());
      check(flag, value);
      added.add(flag.longestName() + "=" + value);
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

  private void check(OptionSpec flag, String value) {
    PlainText.findProblem(value).ifPresent(problem -> unclean.put(flag, problem));
  }

  /** The value that was typed; nothing at all if the name came last. */
  private Optional<String> findTyped(OptionSpec flag) {
    String name = flag.longestName();
    for (int i = 0; i < typed.size(); i++) {
      String argument = typed.get(i);
      if (argument.startsWith(name + "=")) {
        return Optional.of(argument.substring(name.length() + 1).strip());
      }
      if (argument.equals(name)) {
        return Optional.of(i + 1 < typed.size() ? typed.get(i + 1) : "");
      }
    }
    return Optional.empty();
  }
}
