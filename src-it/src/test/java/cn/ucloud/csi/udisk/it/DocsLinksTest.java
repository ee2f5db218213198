package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every link from one document to another leads somewhere, also to the heading it names. */
class DocsLinksTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|mailto:)([^)\\s]+)\\)");
  private static final Pattern OWN_ANCHOR = Pattern.compile("<a id=\"([a-z0-9-]+)\"></a>");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> deploy = Files.walk(ROOT.resolve("deploy"))) {
      return Stream.of(top, docs, deploy)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path document) throws IOException {
    Matcher link = LINK.matcher(withoutCode(Files.readString(document)));
    while (link.find()) {
      String[] parts = link.group(1).split("#", 2);
      Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
      assertThat(target).as("%s in %s", link.group(1), document).exists();
      if (parts.length == 2 && target.toString().endsWith(".md")) {
        assertThat(anchors(target)).as("%s in %s", link.group(1), document).contains(parts[1]);
      }
    }
  }

  private static List<String> anchors(Path document) throws IOException {
    String text = withoutCode(Files.readString(document));
    return Stream.concat(
            HEADING.matcher(text).results().map(heading -> anchor(heading.group(1))),
            OWN_ANCHOR.matcher(text).results().map(own -> own.group(1)))
        .toList();
  }

  /** As GitHub makes them. */
  private static String anchor(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
        .strip()
        .replace(' ', '-');
  }

  private static String withoutCode(String text) {
    return text.replaceAll("(?s)```.*?```", "");
  }
}
