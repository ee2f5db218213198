package cn.ucloud.csi.udisk.it;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The {@code sh} blocks of documents, executed with programs that do nothing: the shell itself
 * reads them and fills in the variables, and each program writes down what it was called with.
 */
final class ShellBlocks {
  /** Whatever the documents call. One that is not here is a misspelt one, or is new. */
  private static final List<String> PROGRAMS =
      List.of(
          "blkid",
          "cat",
          "chmod",
          "cryptsetup",
          "cut",
          "dmsetup",
          "docker",
          "findmnt",
          "fuser",
          "grep",
          "helm",
          "kubectl",
          "lsblk",
          "lsof",
          "make",
          "mdadm",
          "ps",
          "sed",
          "tail",
          "vgchange",
          "xargs");

  /** {@code <node>} would be a redirection. */
  private static final Pattern PLACEHOLDER = Pattern.compile("<\\p{IsAlphabetic}[^<>\\n]*>");

  private static final String PROGRAM =
      """
      #!/bin/sh
      # One write, since both ends of a pipe may be the same program.
      printf '%s\\n' "$(printf '%s\\036' "$@")" >> "$CALLS/${0##*/}"
      """;

  private ShellBlocks() {}

  /** The arguments of every call of {@code program}, page by page. */
  static List<List<String>> callsOf(String program, List<String> pages) {
    try {
      Path place = Files.createTempDirectory("docs");
      try {
        for (String each : PROGRAMS) {
          Path file = place.resolve("bin").resolve(each);
          Files.createDirectories(file.getParent());
          if (!Files.writeString(file, PROGRAM).toFile().setExecutable(true)) {
            throw new AssertionError(file + " cannot be made executable");
          }
        }
        for (String page : pages) {
          run(
              place,
              CodeBlock.of(page).stream()
                  .filter(block -> block.language().equals("sh"))
                  .map(CodeBlock::text)
                  .collect(joining()));
        }
        return Files.readString(place.resolve(program))
            .lines()
            .map(line -> List.of(line.substring(0, line.length() - 1).split("\\x1e", -1)))
            .toList();
      } finally {
        Shell.run("rm", "-r", place.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One shell for a page, as its reader has. */
  private static void run(Path place, String blocks) {
    Path bin = place.resolve("bin");
    String script = PLACEHOLDER.matcher(blocks).replaceAll("placeholder");
    Shell.Result result =
        Shell.attempt(
            "cd '%s'; CALLS='%s' PATH='%s'; export CALLS; set -e\n%s"
                .formatted(bin, place, bin, script),
            "/bin/sh");
    if (result.code() != 0 || !result.output().isEmpty()) {
      throw new AssertionError(result + " from:\n" + blocks);
    }
  }
}
