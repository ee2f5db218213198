package cn.ucloud.csi.udisk.common.grpc;

import java.nio.charset.StandardCharsets;

/** Text that others wrote, made fit for one log line or one gRPC status. */
final class OneLine {
  private static final String CUT = "…";

  private OneLine() {}

  /** The text without control characters and, in UTF-8, no longer than {@code maxBytes}. */
  static String of(String text, int maxBytes) {
    StringBuilder line = new StringBuilder(text.length());
    boolean afterSpace = false;
    for (int c : text.codePoints().toArray()) {
      boolean space = c == ' ' || isBreak(c);
      if (!space) {
        line.appendCodePoint(c);
      } else if (!afterSpace) {
        line.append(' ');
      }
      afterSpace = space;
    }
    return cut(line.toString().strip(), maxBytes);
  }

  private static boolean isBreak(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  private static String cut(String line, int maxBytes) {
    if (bytes(line) <= maxBytes) {
      return line;
    }
    int end = Math.min(line.length(), maxBytes);
    while (bytes(line.substring(0, end)) + bytes(CUT) > maxBytes) {
      end = line.offsetByCodePoints(end, -1);
    }
    return line.substring(0, end) + CUT;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
