package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One question, from the words that somebody types to the exit code. */
class KubectlUdiskTest {
  private static final String FORBIDDEN =
      "echo 'Error from server (Forbidden): pods is forbidden: User \"a\" cannot do it' >&2; exit 1";

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void wordsReachTheProgramAsTheyWereTyped(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0");
    String[] words = {
      "map",
      "a b",
      "it's",
      "\"quoted\"",
      "$(touch /tmp/x)",
      "`id`",
      "*",
      "",
      "two\nlines",
      "\\n",
      "a\tb",
      "-n",
      "ns",
      "--",
      "--pod",
      "--context=a"
    };
    assertThat(kubectl.run(shell, words)).isEqualTo(new Ran(0, "", ""));
    assertThat(kubectl.calls().getLast())
        .startsWith("exec", "-i", "--namespace=kube-system", "c-0", "-c", "csi-udisk", "--")
        .containsSequence("/opt/udisk-csi/udisk-csi", "admin");
    assertThat(kubectl.questions())
        .containsExactly(
            Stream.concat(
                    Stream.of("--lang=en", "--width=0", "--context-namespace=shop"),
                    Stream.of(words))
                .toList());
    assertThat(kubectl.leftOver()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void flagsOfKubectlAreTakenBeforeAndAfterTheCommand(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0");
    var _ =
        kubectl.run(
            shell,
            "--kubeconfig",
            "/home/a b/config",
            "--context=it's",
            "map",
            "--as",
            "x; y",
            "--user=u",
            "--cluster=c",
            "--request-timeout=5s",
            "claim");
    assertThat(kubectl.calls())
        .hasSize(3)
        .allSatisfy(call ->
            assertThat(call)
                .startsWith(
                    "--kubeconfig=/home/a b/config",
                    "--context=it's",
                    "--cluster=c",
                    "--user=u",
                    "--as=x; y",
                    "--request-timeout=5s"));
    assertThat(kubectl.questions().getFirst()).endsWith("map", "claim").hasSize(5);
    assertThat(kubectl.run(shell, "map", "--context"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(2);
          assertThat(ran.err()).contains("--context needs a value");
        });
  }

  @ParameterizedTest
  @EnumSource
  void theControllerThatDoesNotActIsAsked(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "acting", "standby");
    var _ = kubectl.run(shell, "status");
    assertThat(kubectl.calls().getLast()).contains("standby").doesNotContain("acting");
  }

  @ParameterizedTest
  @EnumSource
  void theOnlyOneThatRunsIsAskedThoughItActs(ShellKind shell) {
    StubKubectl kubectl =
        new StubKubectl(directory)
            .on(
                "get",
                """
                case "$*" in
                  *' lease '*) printf acting ;;
                  *' pods '*) printf '%s\\n' 'a|pending|Pending||' 'a|crashed|Running||' \
                    'a|going|Running|2026-11-30T00:00:00Z|2026-11-30T00:00:00Z' 'a|acting|Running||2026-11-30T00:00:00Z' ;;
                esac
                """);
    var _ = kubectl.run(shell, "status");
    assertThat(kubectl.calls().getLast()).contains("acting", "--namespace=a");
  }

  @ParameterizedTest
  @EnumSource
  void theDriverIsLookedForWhereItUsuallyIsThenEverywhere(ShellKind shell) {
    StubKubectl kubectl =
        new StubKubectl(directory)
            .on(
                "get",
                "case \"$*\" in *--all-namespaces*) echo 'storage|c-0|Running||2026' ;; esac");
    assertThat(kubectl.run(shell, "status").code()).isZero();
    assertThat(kubectl.calls().getFirst()).contains("--namespace=kube-system");
    assertThat(kubectl.calls().getLast()).contains("--namespace=storage", "c-0");
    assertThat(kubectl.run(shell, "status", "--driver-namespace=other"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(5);
          assertThat(ran.err()).contains("no controller of udisk-csi in other");
        });
  }

  @ParameterizedTest
  @EnumSource
  void exitCodesAreThoseOfTheProgramAndKubectlDoesNotRepeatThem(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0");
    for (int code = 0; code <= 5; code++) {
      kubectl.on(
          "exec",
          "echo screen; echo warning >&2;"
              + (code == 0
                  ? ""
                  : "echo 'command terminated with exit code %d' >&2; exit %d"
                      .formatted(code, code)));
      assertThat(kubectl.run(shell, "status")).isEqualTo(new Ran(code, "screen\n", "warning\n"));
    }
  }

  static List<Arguments> failures() {
    return List.of(
        Arguments.of("get", FORBIDDEN, 4, "`kubectl auth can-i list pods -n kube-system`"),
        Arguments.of("exec", FORBIDDEN, 4, "`kubectl auth can-i create pods/exec -n kube-system`"),
        Arguments.of("get", "echo 'Unable to connect to the server' >&2; exit 1", 5, "Unable to"),
        Arguments.of("exec", "echo 'error: lost' >&2; exit 1", 5, "could not be run in c-0"),
        Arguments.of("get", "", 5, "no controller of udisk-csi in this cluster"),
        Arguments.of("get", "echo 'kube-system|c-0|Running||'", 5, "--pod starts a pod"),
        Arguments.of(
            "exec",
            "echo 'Terminating due to java.lang.OutOfMemoryError: heap' >&2;"
                + "echo 'command terminated with exit code 3' >&2; exit 3",
            5,
            "too little memory"),
        Arguments.of(
            "exec", "echo 'command terminated with exit code 137' >&2; exit 137", 5, "memory"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatStandsInTheWayIsSaidWithItsCode(String verb, String script, int code, String said) {
    for (ShellKind shell : ShellKind.values()) {
      Path place = directory.resolve(shell.name());
      StubKubectl kubectl = StubKubectl.withControllers(place, "c-0").on(verb, script);
      Ran ran = kubectl.run(shell, "status");
      assertThat(ran.code()).as(ran.err()).isEqualTo(code);
      assertThat(ran.err()).contains(said);
      Ran chinese = kubectl.with("LANG", "zh_CN.UTF-8").run(shell, "status");
      assertThat(chinese.code()).isEqualTo(code);
      assertThat(chinese.err()).containsPattern("kubectl udisk: .*\\p{IsHan}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutKubectlThereIsOneSentence(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0").without();
    assertThat(kubectl.run(shell, "status"))
        .isEqualTo(new Ran(5, "", "kubectl udisk: there is no kubectl in PATH\n"));
  }

  @ParameterizedTest
  @EnumSource
  void theLanguageIsThatOfTheTerminalUnlessItIsGiven(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0");
    var _ = kubectl.with("LANG", "zh_CN.UTF-8").run(shell, "status");
    var _ = kubectl.with("LC_ALL", "en_US.UTF-8").run(shell, "status");
    var _ = kubectl.run(shell, "status", "--lang=zh");
    assertThat(kubectl.questions())
        .extracting(List::getFirst)
        .containsExactly("--lang=zh", "--lang=en", "--lang=zh");
    assertThat(kubectl.run(shell, "--help").out()).contains("--driver-namespace");
  }

  @ParameterizedTest
  @EnumSource
  void aReportIsAFileHereAndNoFileIfItFails(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0").on("exec", "echo '<html>'");
    Path file = directory.resolve("a report.html");
    assertThat(kubectl.run(shell, "report", "-n", "ns", "-o", file.toString()))
        .isEqualTo(new Ran(0, "", ""));
    assertThat(file).hasContent("<html>\n");
    assertThat(kubectl.questions().getFirst()).endsWith("report", "-n", "ns");
    kubectl.on("exec", "echo half; echo 'command terminated with exit code 5' >&2; exit 5");
    Path bundle = directory.resolve("bundle");
    assertThat(kubectl.run(shell, "support-bundle", "--output=" + bundle).code()).isEqualTo(5);
    assertThat(bundle).doesNotExist();
    assertThat(Path.of(bundle + ".part")).doesNotExist();
    assertThat(kubectl.run(shell, "map", "-o", "wide").out()).isEqualTo("half\n");
  }

  @ParameterizedTest
  @EnumSource
  void onlyKeysAreReadFromStandardInput(ShellKind shell) {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0");
    var _ = kubectl.runWithInput(shell, "of a loop around it\n", "status");
    assertThat(kubectl.input(kubectl.calls().size())).isEmpty();
    var _ = kubectl.runWithInput(shell, "public\nprivate $(id)\n", "keys", "set");
    assertThat(kubectl.input(kubectl.calls().size())).isEqualTo("public\nprivate $(id)\n");
    assertThat(kubectl.calls().toString()).doesNotContain("private");
  }

  @ParameterizedTest
  @EnumSource
  void theFactsOfASupportBundleAreAFileHere(ShellKind shell) throws IOException {
    StubKubectl kubectl = StubKubectl.withControllers(directory, "c-0");
    Path facts = Files.writeString(directory.resolve("some facts.json"), "{}\n");
    for (String[] flag :
        new String[][] {{"--facts", facts.toString()}, {"--facts=" + facts}, {"--facts=-"}}) {
      String[] words = Stream.concat(Stream.of("doctor"), Stream.of(flag)).toArray(String[]::new);
      assertThat(kubectl.runWithInput(shell, "{}\n", words).code()).isZero();
      assertThat(kubectl.questions().getLast()).endsWith("doctor", "--facts=/dev/stdin");
      assertThat(kubectl.input(kubectl.calls().size())).isEqualTo("{}\n");
    }
    assertThat(kubectl.run(shell, "doctor", "--facts=/none").code()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void whatNodesShowIsLookedAtBeforeTheCommandIsAsked(ShellKind shell) {
    StubKubectl kubectl =
        StubKubectl.withControllers(directory, "c-0")
            .on(
                "exec",
                """
                case "$*" in
                  *' look') printf 'node\\tn-1\\nend\\n' ;;
                  *--next*) printf 'exec\\tkube-system\\tcsi-udisk-1\\tcsi-udisk\\t/opt/udisk-csi/udisk-csi\\tlook\\ndone\\n' ;;
                  *) echo screen ;;
                esac
                """);
    assertThat(kubectl.run(shell, "map", "--node")).isEqualTo(new Ran(0, "screen\n", ""));
    assertThat(kubectl.questions().getFirst()).endsWith("--next", "map", "--node");
    assertThat(kubectl.questions().getLast()).doesNotContain("--next").endsWith("map", "--node");
    assertThat(kubectl.input(kubectl.calls().size()))
        .isEqualTo("exec\tkube-system\tcsi-udisk-1\nnode\tn-1\nend\n");
    kubectl.on("exec", "printf 'delete\\t/api/v1/persistentvolumes/a\\t{\"preconditions\":{}}\\n'");
    assertThat(kubectl.run(shell, "map", "--node").code()).isEqualTo(5);
    assertThat(kubectl.changes()).isEmpty();
  }

  /** Its plugin is ready, and yet nothing can be run there: the others are looked at. */
  @ParameterizedTest
  @EnumSource
  void aNodeThatCannotBeLookedAtHoldsNoOtherUp(ShellKind shell) {
    StubKubectl kubectl =
        StubKubectl.withControllers(directory, "c-0")
            .on(
                "exec",
                """
                case "$*" in
                  *csi-udisk-1*' look') printf 'node\\tn'; printf 'error: a\\tb\\nc\\n' >&2; exit 1 ;;
                  *' look') printf 'node\\tn-2\\nend\\n' ;;
                  *--next*)
                    for pod in 1 2; do
                      printf 'exec\\tkube-system\\tcsi-udisk-%s\\tcsi-udisk\\t/opt/udisk-csi/udisk-csi\\tlook\\n' "$pod"
                    done
                    echo done
                    ;;
                  *) echo screen ;;
                esac
                """);
    assertThat(kubectl.run(shell, "map", "-A", "--node")).isEqualTo(new Ran(0, "screen\n", ""));
    assertThat(kubectl.input(kubectl.calls().size()))
        .isEqualTo(
            """
            exec\tkube-system\tcsi-udisk-1
            node\tn
            failed\terror: a b c
            exec\tkube-system\tcsi-udisk-2
            node\tn-2
            end
            """);
  }
}
