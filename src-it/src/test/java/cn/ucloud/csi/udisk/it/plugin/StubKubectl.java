package cn.ucloud.csi.udisk.it.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A kubectl that writes down what it is called with, and answers with scripts of the test. PATH has
 * it and what every machine has, and so no other one.
 */
final class StubKubectl {
  private static final List<String> TOOLS =
      List.of(
          "base64", "cat", "date", "grep", "mktemp", "mv", "rm", "sed", "sleep", "stty", "tr",
          "wc");

  private static final String PROGRAM =
      """
      #!/usr/bin/dash
      # One write for a call, with its words apart by \\036.
      printf '%s\\n' "$(printf '%s\\036' "$@" | tr '\\n\\t' '\\037\\035')" >>"$STUB/calls"
      verb=
      for word; do case $word in --*) ;; *) verb=$word; break ;; esac; done
      number=$(wc -l <"$STUB/calls")
      # What others see meanwhile: arguments and variables of the plugin and all that it started, and its files.
      ours=$(grep -lsF "$STUB" /proc/[0-9]*/environ)
      cat $(printf '%s\\n' "$ours" | sed 's/environ/cmdline/') $ours "$TMPDIR"/*/* "$TMPDIR"/* 2>/dev/null | tr '\\0' ' ' >>"$STUB/seen"
      case "$*" in *' -f -'* | *'exec -i '* | *--patch-file=/dev/stdin*) cat >"$STUB/input.$((number))" ;; esac
      [ ! -f "$STUB/on-$verb" ] || . "$STUB/on-$verb"
      """;

  private static final Path SCRIPTS = Path.of("../deploy/plugin").toAbsolutePath().normalize();

  private final Path directory;
  private final Map<String, String> variables = new HashMap<>();

  StubKubectl(Path directory) {
    this.directory = directory;
    try {
      Path bin = Files.createDirectories(directory.resolve("bin"));
      Path program = Files.writeString(bin.resolve("kubectl"), PROGRAM);
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createFile(directory.resolve("calls"));
      variables.put("PATH", bin + ":" + tools());
      variables.put("STUB", directory.toString());
      variables.put("TMPDIR", Files.createDirectories(directory.resolve("tmp")).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What every machine has, without what else is beside it. */
  private static Path tools() throws IOException {
    Path tools = Files.createDirectories(Path.of("target/plugin-tools").toAbsolutePath());
    for (String tool : TOOLS) {
      try {
        Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool).toRealPath());
      } catch (FileAlreadyExistsException e) {
        // It is there since another test.
      }
    }
    return tools;
  }

  /** These controllers are in kube-system, and the first acts: its name begins the lease's. */
  static StubKubectl withControllers(Path directory, String... pods) {
    StringBuilder rows = new StringBuilder();
    for (String pod : pods) {
      rows.append("kube-system|").append(pod).append("|Running||2026-11-30T00:00:00Z\n");
    }
    return new StubKubectl(directory)
        .on(
            "get",
            """
            case "$*" in
              *' lease '*) printf %%s '%s_1f0e' ;;
              *' pods '*) printf '%%s' '%s' ;;
            esac
            """
                .formatted(pods.length == 0 ? "" : pods[0], rows))
        .on("config", "printf shop");
  }

  /** What it does when it is called with this as its first word that is no flag. */
  StubKubectl on(String verb, String script) {
    try {
      Files.writeString(directory.resolve("on-" + verb), script);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same, after what it does already. */
  StubKubectl alsoOn(String verb, String script) {
    return on(verb, read("on-" + verb) + "\n" + script);
  }

  /**
   * What the program answers to {@code --next}, one answer after the other, while its screen says
   * which one it is; and what a node shows.
   */
  StubKubectl answering(String... answers) {
    try {
      for (int i = 0; i < answers.length; i++) {
        Files.writeString(directory.resolve("answer." + (i + 1)), answers[i]);
      }
      Files.writeString(directory.resolve("asked"), "0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return on(
        "exec",
        """
        case "$*" in
          *' look') printf 'node\tn-1\nend\n' ;;
          *--next*)
            read -r asked <"$STUB/asked"
            asked=$((asked + 1))
            echo "$asked" >"$STUB/asked"
            echo "screen $asked" >&2
            cat "$STUB/answer.$asked"
            ;;
        esac
        """);
  }

  /** Takes the program away. */
  StubKubectl without() {
    try {
      Files.delete(directory.resolve("bin/kubectl"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StubKubectl with(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  Ran run(ShellKind shell, String... arguments) {
    return runWithInput(shell, "", arguments);
  }

  /** With this as its standard input. */
  Ran runWithInput(ShellKind shell, String input, String... arguments) {
    return Ran.of(directory, variables, input, command(shell, arguments));
  }

  /** In a session of its own, which has no terminal. */
  List<String> command(ShellKind shell, String... arguments) {
    List<String> command = new ArrayList<>(List.of("/usr/bin/setsid", "--wait"));
    command.addAll(shell.running(SCRIPTS.resolve("kubectl-udisk").toString(), arguments));
    return command;
  }

  /** On a terminal, on which this is typed; both of its streams are shown there. */
  Ran runOnTerminal(ShellKind shell, String typed, String... arguments) {
    return Ran.of(directory, variables, typed, commandOnTerminal(shell, arguments));
  }

  List<String> commandOnTerminal(ShellKind shell, String... arguments) {
    List<String> command = command(shell, arguments);
    return List.of(
        "/usr/bin/script",
        "--quiet",
        "--return",
        "--command",
        String.join(" ", command.subList(2, command.size())),
        "/dev/null");
  }

  /** Every call, as the words it had. */
  List<List<String>> calls() {
    return read("calls")
        .lines()
        .map(line ->
            Arrays.stream(line.substring(0, line.length() - 1).split("\036", -1))
                .map(word -> word.replace('\037', '\n').replace('\035', '\t'))
                .toList())
        .toList();
  }

  /** The calls that were not about what there is. */
  List<String> changes() {
    return calls().stream()
        .map(call -> String.join(" ", call))
        .filter(call -> call.matches("(?s)(patch|create|delete) .*"))
        .filter(call -> !call.contains("--dry-run=client"))
        .toList();
  }

  /** What the program was asked, without what is said of every question. */
  List<List<String>> questions() {
    return calls().stream()
        .filter(call -> call.contains("admin"))
        .map(call -> call.subList(call.indexOf("admin") + 1, call.size()))
        .toList();
  }

  /** The standard input of the call of this number, from 1. */
  String input(int call) {
    return read("input." + call);
  }

  /** What anybody on the machine could have seen while kubectl was called. */
  String seen() {
    return read("seen");
  }

  /** What is left in the directory for temporary files. */
  List<Path> leftOver() {
    try (var files = Files.list(directory.resolve("tmp"))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
