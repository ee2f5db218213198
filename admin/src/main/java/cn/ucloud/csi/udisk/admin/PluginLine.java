package cn.ucloud.csi.udisk.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * A command line as the plugin of kubectl gives it: before the command stand words of the plugin's
 * own. Each goes to the command if that has such a flag, and is dropped if it has not, so that the
 * plugin need not know what each command wants.
 */
final class PluginLine extends CommandLine {
  private static final List<String> OWN =
      List.of("--width", "--context-namespace", "--next", "--confirmed");

  PluginLine(Object command) {
    super(command);
  }

  @Override
  public int execute(String... args) {
    return super.execute(placed(args));
  }

  /** The words with those of the plugin behind the command. */
  String[] placed(String... args) {
    List<String> own = new ArrayList<>();
    List<String> words = new ArrayList<>();
    boolean isBefore = true;
    for (String word : args) {
      if (isBefore && OWN.contains(name(word))) {
        own.add(word);
      } else {
        words.add(word);
        isBefore = isBefore && word.startsWith("--lang=");
      }
    }
    int command = first(words);
    if (command < words.size()) {
      CommandLine asked = getSubcommands().get(words.get(command));
      own.removeIf(word -> asked == null || asked.getCommandSpec().findOption(name(word)) == null);
      words.addAll(command + 1, own);
    }
    return words.toArray(String[]::new);
  }

  private static int first(List<String> words) {
    int command = 0;
    while (command < words.size() && words.get(command).startsWith("--lang=")) {
      command++;
    }
    return command;
  }

  private static String name(String word) {
    return Arrays.stream(word.split("=", 2)).findFirst().orElse("");
  }
}
