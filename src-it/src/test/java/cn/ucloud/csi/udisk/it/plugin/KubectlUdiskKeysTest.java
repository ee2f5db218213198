package cn.ucloud.csi.udisk.it.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** New API keys, from standard input to the Secret, past everybody who looks. */
class KubectlUdiskKeysTest {
  private static final String PUBLIC = "simulator-public-key-of-this-test";
  private static final String PRIVATE = "simulator-private-key+/=$(id)`id`\\n\"'%s";
  private static final String TYPED = PUBLIC + "\n" + PRIVATE + "\n";
  private static final String CONFIRM = "confirm\tudisk-keys\n";
  private static final String REPLACE =
      "keys\tkube-system\tudisk-keys\nnote\treplaced 2026-11-30T12:00:00Z\nwait\t0\n";
  private static final String[] SET = {"keys", "set", "--apply", "--yes=udisk-keys"};

  @TempDir private Path directory;

  private static StubKubectl cluster(Path directory, String... pods) {
    StringBuilder rows = new StringBuilder();
    for (String pod : pods) {
      rows.append("kube-system|").append(pod).append("|Running||2026-11-30T00:00:00Z\\n");
    }
    return StubKubectl.withControllers(directory, pods)
        .on(
            "get",
            """
            case "$*" in
              *' lease '*) printf '%s_1f0e' ;;
              *'get pods '*) printf '%s' ;;
              *'get pod '*secretName*) printf udisk-keys ;;
              *'get secret '*) printf 'uid-1 42' ;;
            esac
            """
                .formatted(pods[0], rows));
  }

  private static String encoded(String key) {
    return Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
  }

  private static List<String> inputs(StubKubectl kubectl, String word) {
    List<List<String>> calls = kubectl.calls();
    return IntStream.range(0, calls.size())
        .filter(i -> calls.get(i).contains(word))
        .mapToObj(i -> kubectl.input(i + 1))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void theyReachTheProgramAndTheSecretAndNothingElse(ShellKind shell) {
    StubKubectl kubectl =
        cluster(directory, "acting", "standby")
            .answering(CONFIRM, REPLACE, "wait\t0\n", "done\n", "done\n");
    Ran ran = kubectl.runWithInput(shell, "  " + PUBLIC + "\r\n\n" + PRIVATE + "\r\n", SET);
    assertThat(ran)
        .isEqualTo(
            new Ran(
                0,
                "",
                """
                screen 1
                screen 2
                screen 3
                screen 4
                kubectl udisk: the same is asked of acting
                screen 5
                """));
    assertThat(kubectl.changes())
        .containsExactly(
            "patch secret udisk-keys --namespace=kube-system --type=json --patch-file=/dev/stdin");
    assertThat(inputs(kubectl, "patch"))
        .containsExactly(
            ("[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"uid-1\"},"
                    + "{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"42\"},"
                    + "{\"op\":\"add\",\"path\":\"/data/public-key\",\"value\":\"%s\"},"
                    + "{\"op\":\"add\",\"path\":\"/data/private-key\",\"value\":\"%s\"}]\n")
                .formatted(encoded(PUBLIC), encoded(PRIVATE)));
    List<String> asked = inputs(kubectl, "--next");
    String noted = TYPED + "note\treplaced 2026-11-30T12:00:00Z\n";
    assertThat(asked).containsExactly(TYPED, TYPED, noted, noted, noted);
    assertThat(kubectl.calls().getLast()).contains("acting").doesNotContain("standby");
    assertThat(kubectl.seen())
        .contains("--patch-file=/dev/stdin", "kubectl-udisk")
        .doesNotContain(PRIVATE, encoded(PRIVATE), PUBLIC);
    assertThat(kubectl.calls().toString()).doesNotContain(PRIVATE, encoded(PRIVATE));
    assertThat(kubectl.leftOver()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void withoutApplyTheyAreOnlyTried(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, "c-0");
    assertThat(kubectl.runWithInput(shell, TYPED, "keys", "set").code()).isZero();
    assertThat(kubectl.input(kubectl.calls().size())).isEqualTo(TYPED);
    assertThat(kubectl.changes()).isEmpty();
    assertThat(kubectl.seen()).contains("keys").doesNotContain(PRIVATE);
  }

  @ParameterizedTest
  @EnumSource
  void toShowThemNothingIsReadFromStandardInput(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, "c-0");
    assertThat(kubectl.runWithInput(shell, TYPED, "keys").code()).isZero();
    assertThat(kubectl.input(kubectl.calls().size())).isEmpty();
    assertThat(kubectl.runWithInput(shell, "", SET))
        .isEqualTo(new Ran(2, "", "kubectl udisk: there are no keys on standard input\n"));
  }

  @ParameterizedTest
  @EnumSource
  void onATerminalTheyAreNotShown(ShellKind shell) throws IOException, InterruptedException {
    StubKubectl kubectl = cluster(directory, "c-0").answering(CONFIRM, REPLACE, "done\n");
    Path screen = directory.resolve("screen");
    ProcessBuilder builder =
        new ProcessBuilder(kubectl.commandOnTerminal(shell, SET))
            .redirectErrorStream(true)
            .redirectOutput(screen.toFile());
    builder.environment().clear();
    builder.environment().putAll(kubectl.variables());
    Process process = builder.start();
    await().until(() -> Files.readString(screen).contains("they are not shown"));
    try (OutputStream keyboard = process.getOutputStream()) {
      keyboard.write((TYPED + "\u0004").getBytes(UTF_8));
      keyboard.flush();
      assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(process.exitValue()).as(Files.readString(screen)).isZero();
    assertThat(Files.readString(screen)).contains("screen 3").doesNotContain(PRIVATE, PUBLIC);
    assertThat(kubectl.changes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Another Secret than the driver's own would show the keys to others.
        "keys\tkube-system\tothers\n",
        "keys\tshop\tudisk-keys\n",
        "keys\tkube-system\tudisk-keys\tmore\n",
        "keys\tkube-system\t--all\n",
        "patch\tsecrets\tkube-system\tudisk-keys\t[{\"op\":\"test\"}]\n",
        "patch\tpersistentvolumes\t-\tpv-1\t[{\"op\":\"test\"}]\n",
        "patch\tconfigmaps\tkube-system\tuk8sconfig\t[{\"op\":\"test\"}]\n",
        "create\t{\"kind\":\"Secret\"}\n",
        "delete\t/api/v1/persistentvolumes/a\t{\"preconditions\":{}}\n",
        "exec\tkube-system\tcsi-udisk-1\tcsi-udisk\t/opt/udisk-csi/udisk-csi\tlook\n",
        "note\ta\tb\n",
        "note\n",
      })
  void whatIsNotThatIsRefused(String line) {
    for (ShellKind shell : ShellKind.values()) {
      StubKubectl kubectl =
          cluster(directory.resolve(shell.name()), "c-0")
              .on("create", "echo secret/a")
              .answering(CONFIRM, "wait\t0\n" + line);
      Ran ran = kubectl.runWithInput(shell, TYPED, SET);
      assertThat(ran.code()).as("%s: %s", shell, ran.err()).isEqualTo(5);
      assertThat(ran.err()).contains("this plugin does not do");
      assertThat(kubectl.changes()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysAreReplacedByNoOtherCommandAndNotUnconfirmed(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, "c-0").answering(REPLACE);
    assertThat(kubectl.runWithInput(shell, TYPED, SET).err()).contains("without confirm");
    kubectl.answering(CONFIRM, REPLACE);
    assertThat(
            kubectl.runWithInput(shell, TYPED, "repair", "pv/pv-1", "--apply", "--yes=udisk-keys"))
        .extracting(Ran::code)
        .isEqualTo(5);
    assertThat(kubectl.changes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aRightThatIsMissingIsNamed(ShellKind shell) {
    StubKubectl kubectl =
        cluster(directory, "c-0")
            .answering(CONFIRM, REPLACE)
            .on("patch", "echo 'Error from server (Forbidden): no' >&2; exit 1");
    Ran ran = kubectl.runWithInput(shell, TYPED, SET);
    assertThat(ran.code()).isEqualTo(4);
    assertThat(ran.err())
        .contains("`kubectl auth can-i patch secrets -n kube-system`")
        .doesNotContain(PRIVATE);
  }

  @ParameterizedTest
  @EnumSource
  void whereTheProgramCannotBeRunItEndsAsEver(ShellKind shell) {
    StubKubectl kubectl =
        cluster(directory, "c-0")
            .on("exec", "echo refused >&2; echo 'command terminated with exit code 3' >&2; exit 3");
    assertThat(kubectl.runWithInput(shell, TYPED, SET)).isEqualTo(new Ran(3, "", "refused\n"));
    kubectl.on("exec", "echo 'error: lost' >&2; exit 1");
    Ran lost = kubectl.runWithInput(shell, TYPED, SET);
    assertThat(lost.code()).isEqualTo(5);
    assertThat(lost.err()).contains("could not be run in c-0");
    assertThat(kubectl.leftOver()).isEmpty();
  }
}
