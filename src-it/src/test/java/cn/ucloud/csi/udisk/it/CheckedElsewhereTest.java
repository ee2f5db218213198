package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tests exist that {@code docs/development.md} names for what csi-sanity does not check, and
 * {@code docs/known-failures.md} for what others suffered.
 */
class CheckedElsewhereTest {
  private static final Path MODULES = Path.of("..");

  static List<String> tests() {
    return Stream.concat(notInSanity().stream(), knownFailures().stream())
        .flatMap(row -> Arrays.stream(row.getLast().split(", ", -1)))
        .toList();
  }

  private static List<List<String>> notInSanity() {
    return MarkdownTables.rows("development.md", "What csi-sanity does not check");
  }

  private static List<List<String>> knownFailures() {
    return MarkdownTables.rowsOfAll("known-failures.md");
  }

  @Test
  void everythingThatIsListedHasATest() {
    assertThat(notInSanity()).isNotEmpty();
    assertThat(knownFailures()).hasSizeGreaterThan(40);
    assertThat(Stream.concat(notInSanity().stream(), knownFailures().stream()))
        .allSatisfy(row -> assertThat(row.getLast()).contains("."));
  }

  /** Read from the sources, because modules do not see each other's tests. */
  @ParameterizedTest
  @MethodSource("tests")
  void theTestExists(String name) throws IOException {
    assertThat(name).matches("\\w+\\.\\w+");
    String type = name.substring(0, name.indexOf('.'));
    String method = name.substring(name.indexOf('.') + 1);
    assertThat(Files.readString(source(type + ".java")))
        .containsPattern(
            "@(Test|ParameterizedTest|RepeatedTest|Property)\\b(?:(?!\\bvoid\\b)[\\s\\S])*\\bvoid "
                + method
                + "\\(");
  }

  private static Path source(String file) throws IOException {
    for (String module :
        List.of("common", "controller", "admin", "node", "simulator", "orchestrator", "src-it")) {
      Path tests = MODULES.resolve(module).resolve("src/test/java");
      try (Stream<Path> files = Files.walk(tests)) {
        var found = files.filter(path -> path.endsWith(file)).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    throw new AssertionError("there is no " + file);
  }
}
