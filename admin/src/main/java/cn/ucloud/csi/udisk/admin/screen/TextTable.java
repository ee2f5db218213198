package cn.ucloud.csi.udisk.admin.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Lines of columns, as wide as what is in them; Chinese characters take two places. */
final class TextTable {
  private static final String GAP = "  ";

  /** Characters, the last one included. */
  private record Range(int from, int to) {}

  private static final List<Range> WIDE =
      List.of(
          new Range(0x1100, 0x115F),
          new Range(0x2E80, 0xA4CF),
          new Range(0xAC00, 0xD7A3),
          new Range(0xF900, 0xFAFF),
          new Range(0xFE30, 0xFE6F),
          new Range(0xFF00, 0xFF60),
          new Range(0xFFE0, 0xFFE6),
          new Range(0x1F300, 0x1FAFF),
          new Range(0x20000, 0x3FFFD));

  private final List<List<String>> rows = new ArrayList<>();

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  void add(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  List<String> lines() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths =
        IntStream.range(0, columns)
            .map(column ->
                rows.stream()
                    .filter(row -> column < row.size())
                    .mapToInt(row -> width(row.get(column)))
                    .max()
                    .orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      line.append(row.get(i));
      line.repeat(" ", Math.max(0, widths[i] - width(row.get(i)))).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  /**
   * A sentence on lines that fit, broken at blanks.
   *
   * @param width 0 for one line, however long
   */
  static List<String> wrapped(String text, String indent, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (width > 2 * indent.length() && width(rest) > width) {
      int end = lastBlankWithin(rest, width, indent.length());
      if (end < 0) {
        break;
      }
      lines.add(rest.substring(0, end));
      rest = indent + rest.substring(end + 1);
    }
    lines.add(rest);
    return lines;
  }

  private static int lastBlankWithin(String text, int width, int from) {
    int last = -1;
    for (int i = from + 1; i < text.length() && width(text.substring(0, i)) <= width; i++) {
      last = text.charAt(i) == ' ' ? i : last;
    }
    return last;
  }

  /** How many places a text takes on a terminal (Unicode UAX 11, wide and full-width). */
  static int width(String text) {
    return text.codePoints().map(point -> isWide(point) ? 2 : 1).sum();
  }

  private static boolean isWide(int point) {
    return WIDE.stream().anyMatch(range -> point >= range.from && point <= range.to);
  }
}
