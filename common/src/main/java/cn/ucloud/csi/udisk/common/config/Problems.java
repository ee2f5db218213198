package cn.ucloud.csi.udisk.common.config;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Everything that is wrong with a command line, in sentences that name flag and variable.
 *
 * <p>What was typed is not repeated except by converters: an unknown argument may be the secret
 * that belongs to a mistyped flag.
 */
final class Problems {
  private final CommandSpec spec;
  private final Variables variables;
  private final List<String> args;
  private final Set<String> sentences = new LinkedHashSet<>();
  private final Set<String> unreadFlags = new HashSet<>();

  Problems(CommandSpec spec, Variables variables, List<String> args) {
    this.spec = spec;
    this.variables = variables;
    this.args = args;
  }

  boolean isEmpty() {
    return sentences.isEmpty();
  }

  List<String> sentences() {
    return List.copyOf(sentences);
  }

  /** Takes one error that picocli met. */
  void addFlagError(Exception error) {
    switch (error) {
      case UnmatchedArgumentException unmatched ->
          unmatched.getUnmatched().forEach(this::addUnmatched);
      case MissingParameterException missing -> missing.getMissing().forEach(this::addUnfinished);
      case OverwrittenOptionException twice ->
          add(twice.getOverwritten(), "is given more than once");
      case ParameterException unreadable when unreadable.getArgSpec() != null ->
          addUnreadable(unreadable.getArgSpec(), unreadable);
      default -> sentences.add(String.valueOf(error.getMessage()));
    }
  }

  /** Takes a required flag that nobody gave. */
  void addMissing(OptionSpec flag) {
    add(flag, "is missing");
  }

  /** Takes a flag whose value has something in it that nobody meant. */
  void addUnclean(OptionSpec flag, String problem) {
    add(flag, problem);
  }

  /** Asks the rule, if all its flags could be read. */
  void addIfBroken(Rule rule) {
    if (rule.flags().stream().noneMatch(unreadFlags::contains) && !rule.holds().getAsBoolean()) {
      String flags =
          rule.flags().stream()
              .map(flag -> called(spec.findOption(flag)))
              .collect(Collectors.joining(" and "));
      sentences.add(flags + " " + rule.sentence());
    }
  }

  private void addUnfinished(ArgSpec flag) {
    if (!unreadFlags.contains(name(flag))) {
      add(flag, "needs a value");
    }
  }

  private void addUnreadable(ArgSpec flag, ParameterException error) {
    if (!unreadFlags.contains(name(flag))) {
      add(flag, reason(error));
    }
  }

  private void addUnmatched(String argument) {
    sentences.add(
        argument.startsWith("-")
            ? argument.split("=", 2)[0] + " is not a flag of " + spec.name()
            : "argument " + (args.indexOf(argument) + 1) + " does not belong to any flag");
  }

  private void add(ArgSpec flag, String problem) {
    unreadFlags.add(name(flag));
    sentences.add(called(flag) + " " + problem);
  }

  private String called(ArgSpec flag) {
    List<String> names = flag instanceof OptionSpec option ? variables.names(option) : List.of();
    return names.isEmpty() ? name(flag) : name(flag) + " (" + String.join(", ", names) + ")";
  }

  private static String name(ArgSpec flag) {
    return flag instanceof OptionSpec option ? option.longestName() : flag.paramLabel();
  }

  private static String reason(ParameterException error) {
    Throwable cause = error.getCause();
    return "is wrong: " + (cause == null ? error : cause).getMessage();
  }
}
