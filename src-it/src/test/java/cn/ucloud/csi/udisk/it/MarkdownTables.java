package cn.ucloud.csi.udisk.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Tables in the documents that tests compare with what is true. */
final class MarkdownTables {
  private static final Path DOCS = Path.of("../docs");

  private MarkdownTables() {}

  /** The cells of all rows below this heading, without their backquotes and without the titles. */
  static List<List<String>> rows(String document, String heading) {
    return read(document)
        .lines()
        .dropWhile(line -> !line.equals("## " + heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("|"))
        .skip(2) // Titles, and the line below them.
        .map(MarkdownTables::cells)
        .toList();
  }

  /** The same of all tables of the document. */
  static List<List<String>> rowsOfAll(String document) {
    return read(document)
        .lines()
        .filter(line -> line.startsWith("## "))
        .flatMap(line -> rows(document, line.substring(3)).stream())
        .toList();
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1, line.length() - 1).split("\\|", -1))
        .map(cell -> cell.strip().replace("`", ""))
        .toList();
  }

  static String read(String document) {
    try {
      return Files.readString(DOCS.resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
