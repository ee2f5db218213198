package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A page that is there in two languages says the same in both, as far as a program can tell. */
class DocsLanguagesTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?:\\.\\./|docs/zh/|docs/)*([a-z][^)#]*)");
  private static final Pattern COMMENT = Pattern.compile("\\s*(?<![\\w$/])#.*$");
  private static final Pattern PLACEHOLDER = Pattern.compile("<[^<>]+>");

  @ParameterizedTest
  @CsvSource({
    "README.md,README.zh-CN.md",
    "docs/installation.md,docs/zh/installation.md",
    "docs/operations.md,docs/zh/operations.md",
    "docs/pending.md,docs/zh/pending.md",
    "docs/concepts.md,docs/zh/concepts.md",
    "docs/migrate-from-csi-uk8s.md,docs/zh/migrate-from-csi-uk8s.md",
    "docs/limitations.md,docs/zh/limitations.md"
  })
  void bothHaveTheSameSectionsCommandsAndLinks(String english, String chinese) {
    assertThat(shape(chinese)).containsExactlyElementsOf(shape(english));
    assertThat(commands(chinese)).containsExactlyElementsOf(commands(english));
    assertThat(links(chinese)).containsExactlyInAnyOrderElementsOf(links(english));
  }

  /** In which order there are headings, lists, tables, blocks, and rows in them. */
  private static List<String> shape(String page) {
    return read(page)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("#") || line.startsWith("|") || line.startsWith("```"))
        .map(line ->
            line.startsWith("#")
                ? line.substring(0, line.indexOf(' '))
                : line.startsWith("|") ? "|" : line)
        .toList();
  }

  /** What a shell sees of them; drawings are words. */
  private static List<String> commands(String page) {
    return CodeBlock.of(page).stream()
        .filter(block -> !block.language().isEmpty())
        .flatMap(block -> block.text().lines())
        .map(line -> COMMENT.matcher(line).replaceAll(""))
        .map(line -> PLACEHOLDER.matcher(line).replaceAll("<>").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static List<String> links(String page) {
    return LINK.matcher(read(page))
        .results()
        .map(found -> found.group(1))
        .filter(link -> !link.startsWith("README") && !link.startsWith("operations.md"))
        .distinct()
        .toList();
  }

  private static String read(String page) {
    return Chart.read(Path.of("..").resolve(page));
  }
}
