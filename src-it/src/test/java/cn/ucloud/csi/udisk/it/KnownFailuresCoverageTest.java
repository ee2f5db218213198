package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No pain of others is forgotten: each has its number in the table "What others suffered" of {@code
 * docs/development.md}, or in the name of a test of the node. {@link CheckedElsewhereTest} sees to
 * it that the tests of the table exist.
 */
class KnownFailuresCoverageTest {
  private static final Path TESTS_OF_THE_NODE = Path.of("../node/src/test/java");

  /** The closed driver's change log (csi-drivers, section 0). */
  private static final List<String> VERSIONS =
      List.of(
          "20.10.1",
          "21.03.1",
          "21.08.1",
          "23.07.24",
          "24.06.07",
          "24.07.18",
          "24.08.14",
          "25.01.16",
          "25.08.21",
          "25.12.29",
          "26.02.02",
          "se25.01.07",
          "se25.02.13",
          "se26.04.09",
          "se26.05.06",
          "se26.07.07");

  /** The forty pains (csi-drivers, section D): with which number each chapter begins. */
  private static final int[] CHAPTERS = {1, 10, 18, 25, 29, 33, 41};

  static Stream<String> pains() {
    return Stream.concat(
        VERSIONS.stream(),
        IntStream.range(1, CHAPTERS.length)
            .boxed()
            .flatMap(chapter ->
                IntStream.range(CHAPTERS[chapter - 1], CHAPTERS[chapter])
                    .mapToObj(number -> "D%d.%d".formatted(chapter, number))));
  }

  @ParameterizedTest
  @MethodSource("pains")
  void everyPainHasATest(String pain) throws IOException {
    assertThat(isInTheTable(pain) || isInTheNameOfATest(pain)).isTrue();
  }

  private static boolean isInTheTable(String pain) {
    Pattern alone = Pattern.compile("(?<![\\w.])" + Pattern.quote(pain) + "(?![.\\w]*\\d)");
    return MarkdownTables.rows("development.md", "What others suffered").stream()
        .anyMatch(row -> alone.matcher(row.getFirst()).find());
  }

  /** As in {@code d1n1n2FullDiskThatCannotBeReadYetIsNotFormatted}. */
  private static boolean isInTheNameOfATest(String pain) throws IOException {
    String[] parts = pain.substring(1).split("\\.", -1);
    Pattern name =
        Pattern.compile("void d%s(n\\d+)*n%s(n\\d+)*[A-Z]".formatted(parts[0], parts[1]));
    try (Stream<Path> files = Files.walk(TESTS_OF_THE_NODE)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (name.matcher(Files.readString(file)).find()) {
          return true;
        }
      }
    }
    return false;
  }
}
