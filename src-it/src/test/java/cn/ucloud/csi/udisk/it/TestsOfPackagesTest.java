package cn.ucloud.csi.udisk.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/tests.md} has every package, and names tests that are there. */
class TestsOfPackagesTest {
  private static final String ROOT = "cn/ucloud/csi/udisk/";
  private static final List<String> MODULES =
      List.of("common", "controller", "admin", "node", "tracing", "simulator", "orchestrator");

  private static List<List<String>> rows() {
    return MarkdownTables.rows("tests.md", "Which tests");
  }

  @Test
  void everyPackageHasARow() throws IOException {
    Set<String> packages = new TreeSet<>();
    for (String module : MODULES) {
      sources(Path.of("..", module, "src/main/java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .map(file -> requireNonNull(file.getParent()).toString())
          .map(directory -> directory.substring(directory.indexOf(ROOT) + ROOT.length()))
          .forEach(packages::add);
    }
    assertThat(rows().stream().map(List::getFirst)).containsExactlyInAnyOrderElementsOf(packages);
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Set<String> tests = new TreeSet<>();
    for (String module : Stream.concat(MODULES.stream(), Stream.of("src-it")).toList()) {
      sources(Path.of("..", module, "src/test/java"))
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .forEach(tests::add);
    }
    assertThat(
            rows().stream()
                .flatMap(row -> Stream.of(row.get(1).split(", ", -1)))
                .collect(Collectors.toSet()))
        .isSubsetOf(tests);
  }

  private static Stream<Path> sources(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    }
  }
}
