package cn.ucloud.csi.udisk.it;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A block of a document between fences.
 *
 * @param language what stands behind the opening fence
 */
record CodeBlock(String document, String language, String text) {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```(\\w*)\\n(.*?)^\\1```$");

  /** All blocks of one page, by its path in the project. */
  static List<CodeBlock> of(String document) {
    return BLOCK
        .matcher(Chart.read(PROJECT.resolve(document)))
        .results()
        .map(found -> new CodeBlock(document, found.group(2), found.group(3).stripIndent()))
        .toList();
  }
}
