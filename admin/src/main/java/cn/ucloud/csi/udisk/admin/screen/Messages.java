package cn.ucloud.csi.udisk.admin.screen;

import cn.ucloud.csi.udisk.admin.check.Finding;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;

/** The sentences of one language. */
public final class Messages {
  private static final String BUNDLE = Messages.class.getPackageName() + ".messages";

  private final ResourceBundle bundle;

  private Messages(Locale locale) {
    bundle =
        ResourceBundle.getBundle(
            BUNDLE,
            locale,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }

  /** Those of a language such as {@code zh_CN.UTF-8}; English for all that do not begin with zh. */
  public static Messages of(String language) {
    return new Messages(language.startsWith("zh") ? Locale.CHINESE : Locale.ROOT);
  }

  /** The sentence of this key, filled in. */
  public String say(String key, Object... args) {
    return String.format(Locale.ROOT, bundle.getString(key), args);
  }

  /** The sentence of this key, and where it is that of a code also what to do about it. */
  public List<String> sentences(String key, List<String> args) {
    String sentence = say(key, args.toArray());
    return bundle.containsKey(key + ".next")
        ? List.of(sentence, say(key + ".next", args.toArray()))
        : List.of(sentence);
  }

  /** What was found, in one sentence. */
  public String sentence(Finding finding) {
    return say(finding.code().name(), finding.args().toArray());
  }

  /** What to do about it. */
  public String remedy(Finding finding) {
    return say(finding.code().name() + ".next", finding.args().toArray());
  }

  /** All keys. */
  List<String> keys() {
    return bundle.keySet().stream().sorted().toList();
  }
}
