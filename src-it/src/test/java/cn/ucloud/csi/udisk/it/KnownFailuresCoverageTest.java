package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No known failure is forgotten: each number is in a table of {@code docs/known-failures.md}.
 * {@link CheckedElsewhereTest} sees to it that the tests named there exist.
 */
class KnownFailuresCoverageTest {
  /** The closed driver's change log. */
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

  /** With which number each chapter of the forty begins, and where the last one ends. */
  private static final int[] CHAPTERS = {1, 10, 18, 25, 29, 33, 41};

  static Stream<String> numbers() {
    return Stream.concat(
        VERSIONS.stream(),
        IntStream.range(1, CHAPTERS.length)
            .boxed()
            .flatMap(chapter ->
                IntStream.range(CHAPTERS[chapter - 1], CHAPTERS[chapter])
                    .mapToObj(number -> "D%d.%d".formatted(chapter, number))));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void everyKnownFailureHasARow(String number) {
    Pattern alone = Pattern.compile("(?<![\\w.])" + Pattern.quote(number) + "(?![.\\w]*\\d)");
    assertThat(MarkdownTables.rowsOfAll("known-failures.md"))
        .anySatisfy(row -> assertThat(row.getFirst()).containsPattern(alone));
  }
}
