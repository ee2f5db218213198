package cn.ucloud.csi.udisk.admin.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the plugin calls this program, beside what the user typed. It gives its own flags before all
 * others, so that they are never mistaken for the user's.
 *
 * @param language such as zh
 * @param width of the terminal in characters; 0 if there is none
 * @param contextNamespace that of the current context of the user's kubeconfig
 * @param isNext whether the next steps are asked for, as lines, and not the screen
 * @param confirmed the name that the user has typed; empty if none
 * @param words what the user typed
 */
public record Invocation(
    String language,
    int width,
    String contextNamespace,
    boolean isNext,
    String confirmed,
    List<String> words) {

  /** Takes the plugin's flags off; without them the language is that of the variable LANG. */
  public static Invocation of(Map<String, String> environment, String... args) {
    String language = environment.getOrDefault("LANG", "en");
    int width = 0;
    String contextNamespace = "default";
    boolean isNext = false;
    String confirmed = "";
    List<String> words = new ArrayList<>(List.of(args));
    while (!words.isEmpty()) {
      String word = words.getFirst();
      String value = word.substring(word.indexOf('=') + 1);
      if (word.startsWith("--lang=")) {
        language = value;
      } else if (word.matches("--width=[0-9]{1,5}")) {
        width = Integer.parseInt(value);
      } else if (word.startsWith("--context-namespace=")) {
        contextNamespace = value;
      } else if (word.equals("--next")) {
        isNext = true;
      } else if (word.startsWith("--confirmed=")) {
        confirmed = value;
      } else {
        break;
      }
      words.removeFirst();
    }
    return new Invocation(language, width, contextNamespace, isNext, confirmed, List.copyOf(words));
  }

  /** Whether the same was asked before with {@code --next}, to learn where to look. */
  public boolean isSecond() {
    return !isNext && words.contains("--node");
  }
}
