package cn.ucloud.csi.udisk.common.ucloud.credentials;

import cn.ucloud.csi.udisk.common.config.PlainText;
import java.util.Optional;

/**
 * The form of a key: printable ASCII without blanks. UCloud answers a key with anything else in it
 * with RetCode 171 or 172, as it does a wrong one.
 */
final class KeyText {
  private KeyText() {}

  /**
   * What is wrong with a key, without the key: to follow the name of the file or variable that it
   * is from. Blanks around it are to be stripped before.
   */
  static Optional<String> findProblem(String key) {
    return PlainText.findProblem(key).or(() -> findStrange(key));
  }

  private static Optional<String> findStrange(String key) {
    return key.codePoints()
        .filter(character -> character <= ' ' || character > '~')
        .mapToObj(character ->
            character == ' '
                ? "contains a blank"
                : "contains U+%04X, which is no ASCII character".formatted(character))
        .findFirst();
  }

  /** By its byte order mark, or by every second byte of the first characters being nothing. */
  static boolean isUtf16(byte[] content) {
    if (content.length < 2) {
      return false;
    }
    int first = content[0] & 0xff;
    int second = content[1] & 0xff;
    return (first == 0xfe && second == 0xff)
        || (first == 0xff && second == 0xfe)
        || (first == 0) != (second == 0);
  }
}
