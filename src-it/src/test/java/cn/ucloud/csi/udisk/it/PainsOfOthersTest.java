package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table "What others suffered" of {@code docs/development.md} names tests that exist. */
class PainsOfOthersTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(\\w+)`");

  @Test
  void everyTestInTheTableExists() throws IOException {
    List<String> rows =
        Files.readString(ROOT.resolve("docs/development.md"))
            .lines()
            .dropWhile(line -> !line.equals("## What others suffered"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("|"))
            .skip(2)
            .toList();
    assertThat(rows).hasSizeGreaterThan(15);
    List<Path> sources = sources();
    for (String row : rows) {
      List<String> named =
          NAMED
              .matcher(row)
              .results()
              .filter(test -> exists(sources, test.group(1), test.group(2)))
              .map(test -> test.group())
              .toList();
      assertThat(named).as(row).isNotEmpty().hasSize((int) NAMED.matcher(row).results().count());
    }
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().contains("/src/test/java/"))
          .filter(file -> file.toString().endsWith(".java"))
          .toList();
    }
  }

  private static boolean exists(List<Path> sources, String type, String method) {
    return sources.stream()
        .filter(file -> file.getFileName().toString().equals(type + ".java"))
        .anyMatch(file -> read(file).contains("void " + method + "("));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
