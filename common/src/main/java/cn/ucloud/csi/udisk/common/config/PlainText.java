package cn.ucloud.csi.udisk.common.config;

import java.util.Optional;

/**
 * Whether a text is what people meant to give: no region, key or path of ours holds characters that
 * nobody sees, or begins or ends with quotation marks. They come from editors, web pages and doubly
 * quoted templates, and the cloud answers them with a sentence about something else.
 */
public final class PlainText {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final String QUOTES = "\"'`\u2018\u2019\u201C\u201D";

  private PlainText() {}

  /**
   * What is wrong with a text, without the text itself, which may be a secret: to follow its name,
   * as in "is in quotation marks". Blanks around it are to be stripped before; an empty text is
   * plain.
   */
  public static Optional<String> findProblem(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.charAt(0) == BYTE_ORDER_MARK) {
      return Optional.of("begins with a byte order mark (U+FEFF)");
    }
    Optional<String> unseen =
        text.codePoints().filter(PlainText::isUnseen).mapToObj(PlainText::named).findFirst();
    if (unseen.isPresent()) {
      return unseen.map(name -> "contains " + name);
    }
    boolean isQuoted = isQuote(text.charAt(0)) || isQuote(text.charAt(text.length() - 1));
    return isQuoted ? Optional.of("begins or ends with a quotation mark") : Optional.empty();
  }

  private static boolean isUnseen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.SPACE_SEPARATOR -> character != ' ';
      default -> false;
    };
  }

  private static String named(int character) {
    return switch (character) {
      case 0 -> "a NUL character (U+0000), as UTF-16 does";
      case '\n', '\r' -> "a line break";
      case '\t' -> "a tab";
      case '\u00A0' -> "a no-break space (U+00A0)";
      default -> "the invisible character U+%04X".formatted(character);
    };
  }

  private static boolean isQuote(char character) {
    return QUOTES.indexOf(character) >= 0;
  }
}
