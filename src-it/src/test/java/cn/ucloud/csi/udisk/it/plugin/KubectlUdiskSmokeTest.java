package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.testing.Patience;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A test volume: its objects are made by the plugin, and no others are touched. */
class KubectlUdiskSmokeTest {
  /** What the stub puts in the place of RUN. */
  private static final String BEGIN =
      """
      make\tclaim\tRUN\tssd-csi-udisk\t-
      make\tpod\tRUN-write\tRUN\twrite
      note\tbegan 2026-11-30T12:00:00Z
      wait\t0
      """;

  private static final String GROW =
      """
      patch\tpersistentvolumeclaim\tshop\tRUN\t[{"op":"test","path":"/metadata/uid","value":"u-1"},\
      {"op":"replace","path":"/spec/resources/requests/storage","value":"20Gi"}]
      """;
  private static final String COPY =
      """
      make\tsnapshot\tRUN\tRUN\tcsi-udisk
      make\tclaim\tRUN-copy\tssd-csi-udisk\tRUN
      make\tpod\tRUN-copy\tRUN-copy\tread
      """;
  private static final String DELETE =
      """
      delete\t/api/v1/namespaces/shop/pods/RUN-write\t{"preconditions":{"uid":"u"}}
      delete\t/api/v1/namespaces/shop/persistentvolumeclaims/udisk-smoke-of-old\t{"preconditions":{"uid":"u"}}
      delete\t/apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots/RUN\t{"preconditions":{"uid":"u"}}
      """;
  private static final String[] SMOKE = {"smoke", "-n", "shop", "--apply"};

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path directory;

  private static StubKubectl cluster(Path directory, String... answers) {
    StubKubectl kubectl =
        StubKubectl.withControllers(directory, "c-0")
            .on(
                "get",
                """
                case "$*" in
                  *'get pods '*) printf 'kube-system|c-0|Running||2026-11-30T00:00:00Z\\n' ;;
                  *'get pod '*image*) printf 'registry.example:5000/udisk-csi:0.1.0@sha256:ab' ;;
                esac
                """)
            .answering(answers);
    return kubectl.on(
        "exec",
        """
        case "$*" in
          *--next*)
            for word; do case $word in --confirmed=*) run=${word#*=} ;; esac; done
            read -r asked <"$STUB/asked"
            asked=$((asked + 1))
            echo "$asked" >"$STUB/asked"
            echo "screen $asked" >&2
            sed "s/RUN/$run/g" "$STUB/answer.$asked"
            ;;
        esac
        """);
  }

  private static String run(StubKubectl kubectl) {
    return kubectl.questions().getFirst().stream()
        .filter(word -> word.startsWith("--confirmed="))
        .findFirst()
        .orElseThrow()
        .substring("--confirmed=".length());
  }

  private static List<JsonNode> made(StubKubectl kubectl) {
    List<List<String>> calls = kubectl.calls();
    List<JsonNode> made = new ArrayList<>();
    IntStream.range(0, calls.size())
        .filter(i -> calls.get(i).getFirst().equals("create"))
        .forEach(i -> {
          try {
            made.add(JSON.readTree(kubectl.input(i + 1)));
          } catch (JsonProcessingException e) {
            throw new AssertionError(kubectl.input(i + 1), e);
          }
        });
    return made;
  }

  @ParameterizedTest
  @EnumSource
  void itsObjectsAreMadeHereOfNamesAlone(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, BEGIN, GROW + COPY, DELETE, "done\n");
    assertThat(kubectl.run(shell, SMOKE))
        .isEqualTo(new Ran(0, "", "screen 1\nscreen 2\nscreen 3\nscreen 4\n"));
    String run = run(kubectl);
    assertThat(run).matches("udisk-smoke-[0-9]+-[0-9]+");
    assertThat(kubectl.changes())
        .containsExactly(
            "create -f -",
            "create -f -",
            "patch persistentvolumeclaim %s --namespace=shop --type=json -p %s"
                .formatted(run, GROW.strip().substring(GROW.indexOf('['))),
            "create -f -",
            "create -f -",
            "create -f -",
            "delete --raw /api/v1/namespaces/shop/pods/" + run + "-write -f -",
            "delete --raw /api/v1/namespaces/shop/persistentvolumeclaims/udisk-smoke-of-old -f -",
            "delete --raw /apis/snapshot.storage.k8s.io/v1/namespaces/shop/volumesnapshots/"
                + run
                + " -f -");
    List<JsonNode> made = made(kubectl);
    for (JsonNode object : made) {
      assertThat(object.at("/metadata/namespace").asText()).isEqualTo("shop");
      assertThat(object.at("/metadata/name").asText()).startsWith(run);
      assertThat(object.at("/metadata/labels").toString())
          .isEqualTo(
              "{\"app.kubernetes.io/name\":\"udisk-smoke\",\"app.kubernetes.io/instance\":\"%s\"}"
                  .formatted(run));
    }
    assertThat(made.get(0).path("spec").toString())
        .isEqualTo(
            "{\"accessModes\":[\"ReadWriteOnce\"],\"storageClassName\":\"ssd-csi-udisk\",\"resources\":{\"requests\":{\"storage\":\"10Gi\"}}}");
    assertThat(made.get(2).path("spec").toString())
        .isEqualTo(
            "{\"volumeSnapshotClassName\":\"csi-udisk\",\"source\":{\"persistentVolumeClaimName\":\"%s\"}}"
                .formatted(run));
    assertThat(made.get(3).at("/spec/dataSource").toString())
        .isEqualTo(
            "{\"apiGroup\":\"snapshot.storage.k8s.io\",\"kind\":\"VolumeSnapshot\",\"name\":\"%s\"}"
                .formatted(run));
    assertThat(kubectl.leftOver()).isEmpty();
    assertThat(kubectl.questions().get(1))
        .endsWith("--confirmed=" + run, "smoke", "-n", "shop", "--apply");
    assertThat(kubectl.input(position(kubectl, 1))).isEqualTo("note\tbegan 2026-11-30T12:00:00Z\n");
  }

  /** What the program really says in a run, as its own test has it. */
  @ParameterizedTest
  @EnumSource
  void allThatTheProgramSaysIsCarriedOut(ShellKind shell) throws IOException {
    String lines =
        Files.readString(
            Path.of("../admin/src/test/resources/cn/ucloud/csi/udisk/admin/smoke-lines.txt"));
    StubKubectl kubectl = cluster(directory, lines, "done\n");
    assertThat(kubectl.run(shell, SMOKE)).isEqualTo(new Ran(0, "", "screen 1\nscreen 2\n"));
    assertThat(kubectl.changes()).hasSameSizeAs(lines.lines().toList());
  }

  /** Where in the calls a question was asked. */
  private static int position(StubKubectl kubectl, int question) {
    List<List<String>> calls = kubectl.calls();
    return IntStream.range(0, calls.size())
            .filter(i -> calls.get(i).contains("--next"))
            .skip(question)
            .findFirst()
            .orElseThrow()
        + 1;
  }

  @ParameterizedTest
  @EnumSource
  void itsPodsMayDoNothingToAnybody(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, BEGIN, "done\n");
    assertThat(kubectl.run(shell, SMOKE).code()).isZero();
    JsonNode pod = made(kubectl).get(1).path("spec");
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    JsonNode container = pod.at("/containers/0");
    assertThat(container.path("image").asText())
        .isEqualTo("registry.example:5000/udisk-csi:0.1.0@sha256:ab");
    assertThat(container.at("/securityContext").toString())
        .isEqualTo(
            "{\"allowPrivilegeEscalation\":false,\"readOnlyRootFilesystem\":true,\"capabilities\":{\"drop\":[\"ALL\"]}}");
    assertThat(pod.path("volumes").toString())
        .isEqualTo(
            "[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":\"%s\"}}]"
                .formatted(run(kubectl)));
    assertThat(pod.propertyStream().map(java.util.Map.Entry::getKey))
        .containsExactlyInAnyOrder(
            "restartPolicy",
            "automountServiceAccountToken",
            "activeDeadlineSeconds",
            "terminationGracePeriodSeconds",
            "securityContext",
            "containers",
            "volumes");
  }

  /** What its pods run, on a directory in the place of a volume. */
  @ParameterizedTest
  @EnumSource
  void whatItsPodsReadIsWhatTheyHaveWritten(ShellKind shell) throws IOException {
    StubKubectl kubectl = cluster(directory, BEGIN, "done\n");
    assertThat(kubectl.run(shell, SMOKE).code()).isZero();
    JsonNode command = made(kubectl).get(1).at("/containers/0/command");
    command =
        command.isMissingNode() ? made(kubectl).get(1).at("/spec/containers/0/command") : command;
    assertThat(command.get(0).asText()).isEqualTo("sh");
    assertThat(command.get(3).asText()).isEqualTo("smoke");
    assertThat(command.get(4).asText()).isEqualTo("write");
    Path data = Files.createDirectories(directory.resolve("data"));
    // A smaller one is as good.
    String script =
        command
            .get(2)
            .asText()
            .replace("/data", data.toString())
            .replace("67108864", "100000")
            .replace("15728640", "1");
    assertThat(inPod(shell, script, "write", "a-run")).isEqualTo(new Ran(0, "", ""));
    assertThat(data.resolve("smoke")).hasSize(100000);
    assertThat(inPod(shell, script, "read", "a-run").code()).isZero();
    assertThat(inPod(shell, script, "grow", "a-run").code()).isZero();
    Ran other = inPod(shell, script, "read", "another-run");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out()).startsWith("the data that was read is not what was written: ");
  }

  private Ran inPod(ShellKind shell, String script, String mode, String text) {
    List<String> command = new ArrayList<>(shell.running("-c", script, "smoke", mode, text));
    return Ran.of(directory, java.util.Map.of("PATH", "/usr/bin:/bin"), "", command);
  }

  @ParameterizedTest
  @EnumSource
  void anotherImageAndTheContextsNamespace(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, BEGIN, "done\n");
    assertThat(kubectl.run(shell, "smoke", "--image", "busybox:1.37", "--apply").code()).isZero();
    assertThat(made(kubectl).get(1).at("/spec/containers/0/image").asText())
        .isEqualTo("busybox:1.37");
    assertThat(made(kubectl).get(1).at("/metadata/namespace").asText()).isEqualTo("shop");
    assertThat(kubectl.questions().getFirst()).endsWith("smoke", "--apply");
    assertThat(kubectl.run(shell, "smoke", "--image=a\",\"b", "--apply").code()).isEqualTo(2);
    for (String given : List.of("--namespace=of-own", "-n=of-own", "-nof-own")) {
      kubectl.answering(BEGIN, "done\n");
      StubKubectl again = cluster(directory.resolve(given), BEGIN, "done\n");
      assertThat(again.run(shell, "smoke", given, "--apply").code()).isZero();
      assertThat(made(again).getFirst().at("/metadata/namespace").asText()).isEqualTo("of-own");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "make\tclaim\tdata-mysql-0\tssd-csi-udisk\t-\n",
        "make\tclaim\tudisk-smoke-of-old\tssd-csi-udisk\t-\n",
        "make\tclaim\tRUN\tssd\",\"volumeName\":\"x\t-\n",
        "make\tclaim\tRUN\tssd-csi-udisk\tdata-of-others\n",
        "make\tclaim\tRUN\tssd-csi-udisk\t-\tmore\n",
        "make\tclaim\tRUN\tssd-csi-udisk\n",
        "make\tpod\tRUN-write\tdata-mysql-0\twrite\n",
        "make\tpod\tRUN-write\tRUN\texec\n",
        "make\tpod\tRUN-write\",\"x\tRUN\twrite\n",
        "make\tsnapshot\tRUN\tdata-mysql-0\tcsi-udisk\n",
        "make\tdeployment\tRUN\tRUN\twrite\n",
        "create\t{\"kind\":\"Pod\"}\n",
        "confirm\tpv-1\n",
        "exec\tkube-system\tcsi-udisk-1\tcsi-udisk\t/opt/udisk-csi/udisk-csi\tlook\n",
        "patch\tpersistentvolumes\t-\tpv-1\t[{\"op\":\"test\"}]\n",
        "patch\tpersistentvolumeclaim\tshop\tdata-mysql-0\t[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u-1\"},{\"op\":\"replace\",\"path\":\"/spec/resources/requests/storage\",\"value\":\"20Gi\"}]\n",
        "patch\tpersistentvolumeclaim\tother\tRUN\t[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u-1\"},{\"op\":\"replace\",\"path\":\"/spec/resources/requests/storage\",\"value\":\"20Gi\"}]\n",
        "patch\tpersistentvolumeclaim\tshop\tRUN\t[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"u-1\"},{\"op\":\"replace\",\"path\":\"/spec/resources/requests/storage\",\"value\":\"900Ti\"}]\n",
        "delete\t/api/v1/namespaces/shop/pods/mysql-0\t{\"preconditions\":{\"uid\":\"u\"}}\n",
        "delete\t/api/v1/namespaces/other/pods/RUN-write\t{\"preconditions\":{\"uid\":\"u\"}}\n",
        "delete\t/api/v1/namespaces/shop/secrets/udisk-smoke-a\t{\"preconditions\":{\"uid\":\"u\"}}\n",
        "delete\t/api/v1/persistentvolumes/udisk-smoke-a\t{\"preconditions\":{\"uid\":\"u\"}}\n",
        "delete\t/api/v1/namespaces/shop/pods/RUN-write\t{}\n",
      })
  void whatIsNotOfItsOwnIsRefusedAndItsOwnIsDeleted(String line) {
    for (ShellKind shell : ShellKind.values()) {
      StubKubectl kubectl =
          cluster(directory.resolve(shell.name()), BEGIN, "note\ta b\n" + line)
              .on("delete", "echo pod/x");
      Ran ran = kubectl.run(shell, SMOKE);
      assertThat(ran.code()).as("%s: %s", shell, ran.err()).isEqualTo(5);
      assertThat(ran.err()).contains("this plugin does not do");
      String by = " --namespace=shop -l app.kubernetes.io/instance=" + run(kubectl);
      assertThat(kubectl.changes())
          .containsExactly(
              "create -f -",
              "create -f -",
              "delete pods" + by + " --ignore-not-found --wait=false -o name",
              "delete persistentvolumeclaims" + by + " --ignore-not-found --wait=false -o name");
      assertThat(ran.err()).contains("deleted what was left of it: pod/x");
    }
  }

  @ParameterizedTest
  @EnumSource
  void noOtherCommandMakesAnything(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, "confirm\tpv-1\n", "make\tpod\ta\ta\tread\n");
    assertThat(kubectl.run(shell, "repair", "pv/pv-1", "--apply", "--yes=pv-1").code())
        .isEqualTo(5);
    assertThat(kubectl.changes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void withoutApplyNothingIsMade(ShellKind shell) {
    StubKubectl kubectl = cluster(directory, BEGIN);
    assertThat(kubectl.run(shell, "smoke", "-n", "shop").code()).isZero();
    assertThat(kubectl.changes()).isEmpty();
    assertThat(kubectl.questions().getFirst()).doesNotContain("--next");
  }

  @ParameterizedTest
  @EnumSource
  void afterAFailureNothingOfItStays(ShellKind shell) {
    StubKubectl kubectl =
        cluster(directory, BEGIN, COPY)
            .on(
                "exec",
                """
                case "$*" in *--next*)
                  for word; do case $word in --confirmed=*) run=${word#*=} ;; esac; done
                  read -r asked <"$STUB/asked"
                  asked=$((asked + 1))
                  echo "$asked" >"$STUB/asked"
                  if [ "$asked" = 3 ]; then
                    echo 'command terminated with exit code 3' >&2
                    exit 3
                  fi
                  sed "s/RUN/$run/g" "$STUB/answer.$asked"
                  ;;
                esac
                """);
    assertThat(kubectl.run(shell, SMOKE)).isEqualTo(new Ran(3, "", ""));
    assertThat(kubectl.changes().stream().filter(change -> change.startsWith("delete")))
        .satisfiesExactly(
            change -> assertThat(change).startsWith("delete pods "),
            change ->
                assertThat(change).startsWith("delete volumesnapshots.snapshot.storage.k8s.io "),
            change -> assertThat(change).startsWith("delete persistentvolumeclaims "));
  }

  @ParameterizedTest
  @EnumSource
  void aRightThatIsMissingIsNamed(ShellKind shell) {
    StubKubectl kubectl =
        cluster(directory, BEGIN)
            .on("create", "echo 'Error from server (Forbidden): no' >&2; exit 1");
    Ran ran = kubectl.run(shell, SMOKE);
    assertThat(ran.code()).isEqualTo(4);
    assertThat(ran.err()).contains("can-i create persistentvolumeclaims -n shop");
    assertThat(kubectl.changes()).as("nothing was made").containsExactly("create -f -");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidOfWhatWasDeletedIsNamesAlone(ShellKind shell) {
    StubKubectl kubectl =
        cluster(directory, BEGIN, "exec\n")
            .on(
                "delete",
                """
                case "$*" in
                  'delete pods '*) echo 'No resources found' ;;
                  *) echo persistentvolumeclaim/a; echo persistentvolumeclaim/b ;;
                esac
                """);
    assertThat(kubectl.run(shell, SMOKE).err())
        .endsWith("deleted what was left of it: persistentvolumeclaim/a persistentvolumeclaim/b\n");
  }

  @ParameterizedTest
  @EnumSource
  void nothingOfItStaysWhenSomebodyLosesPatience(ShellKind shell)
      throws IOException, InterruptedException {
    StubKubectl kubectl = cluster(directory, BEGIN, "wait\t3600\n");
    ProcessBuilder builder =
        new ProcessBuilder(kubectl.command(shell, SMOKE))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile());
    builder.environment().clear();
    builder.environment().putAll(kubectl.variables());
    Process process = builder.start();
    await().until(() -> Files.readString(directory.resolve("output")).contains("screen 2"));
    // As a terminal does it: everything that runs in front gets the signal.
    assertThat(new ProcessBuilder("/bin/kill", "-INT", "--", "-" + process.pid()).start().waitFor())
        .isZero();
    assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(kubectl.changes().getLast())
        .startsWith(
            "delete persistentvolumeclaims --namespace=shop -l app.kubernetes.io/instance=");
    assertThat(kubectl.leftOver()).isEmpty();
  }
}
