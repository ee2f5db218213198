package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan, carried out with the user's own kubectl. */
class KubectlUdiskApplyTest {
  private static final String CONFIRM = "confirm\tpv-1\n";
  private static final String PATCH =
      "patch\tpersistentvolumes\t-\tpv-1\t"
          + "[{\"op\":\"test\",\"path\":\"/a b\",\"value\":\"$(id) it's\"}]\n";
  private static final String CREATE =
      "create\t{\"kind\":\"VolumeAttachment\",\"metadata\":{\"name\":\"va\\\\n\"}}\n";
  private static final String DELETE =
      "delete\t/apis/storage.k8s.io/v1/volumeattachments/csi-1\t"
          + "{\"preconditions\":{\"uid\":\"u\"}}\n";
  private static final String LOOK =
      "exec\tkube-system\tcsi-udisk-1\tcsi-udisk\t/opt/udisk-csi/udisk-csi\tlook\n";
  private static final String[] REPAIR = {"repair", "pv/pv-1", "--apply", "--yes=pv-1"};

  @TempDir private Path directory;

  private StubKubectl cluster(String... answers) {
    return StubKubectl.withControllers(directory, "c-0")
        .on("create", "case \"$*\" in *--dry-run*) echo volumeattachment.storage.k8s.io/va ;; esac")
        .answering(answers);
  }

  @ParameterizedTest
  @EnumSource
  void thePlanIsCarriedOutInItsOrderAndAskedForAnewUntilItIsDone(ShellKind shell) {
    StubKubectl kubectl =
        cluster(
            LOOK + CONFIRM, PATCH + CREATE + DELETE + "wait\t0\n", LOOK + "wait\t0\n", "done\n");
    assertThat(kubectl.run(shell, REPAIR))
        .isEqualTo(new Ran(0, "", "screen 1\nscreen 2\nscreen 3\nscreen 4\n"));
    assertThat(kubectl.changes())
        .containsExactly(
            "patch persistentvolumes pv-1 --type=json -p"
                + " [{\"op\":\"test\",\"path\":\"/a b\",\"value\":\"$(id) it's\"}]",
            "create -f -",
            "delete --raw /apis/storage.k8s.io/v1/volumeattachments/csi-1 -f -");
    List<List<String>> questions = kubectl.questions();
    assertThat(questions.getFirst()).endsWith("--next", "repair", "pv/pv-1", "--apply");
    assertThat(questions.subList(1, 4))
        .allSatisfy(question -> assertThat(question).contains("--next", "--confirmed=pv-1"));
    List<String> inputs =
        kubectl.calls().stream()
            .filter(call -> call.contains("--next"))
            .map(call -> kubectl.input(kubectl.calls().indexOf(call) + 1))
            .toList();
    assertThat(inputs.getFirst()).isEmpty();
    assertThat(inputs.get(1)).isEqualTo("exec\tkube-system\tcsi-udisk-1\nnode\tn-1\nend\n");
    int created = position(kubectl, List.of("create", "-f", "-"));
    assertThat(kubectl.input(created)).isEqualTo(CREATE.substring("create\t".length()));
    assertThat(kubectl.input(created + 1)).isEqualTo("{\"preconditions\":{\"uid\":\"u\"}}\n");
    assertThat(kubectl.leftOver()).isEmpty();
  }

  private static int position(StubKubectl kubectl, List<String> call) {
    return kubectl.calls().indexOf(call) + 1;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "taint\tnodes\tn-1\n",
        "kubectl delete pv pv-1\n",
        "\n",
        "done\tnow\n",
        "done\nwait\t0\n",
        "wait\t1;reboot\n",
        "wait\t99999\n",
        "confirm\t$(id)\n",
        "confirm\tpv-1\n",
        "confirm\tpv-2\npatch\tpersistentvolumes\t-\tpv-1\t[{\"op\":\"test\"}]\n",
        "patch\tpersistentvolumes\t-\t--all\t[{\"op\":\"test\"}]\n",
        "patch\tpersistentvolumes\t-\tpv 1\t[{\"op\":\"test\"}]\n",
        "patch\tpersistentvolumes\t--kubeconfig=x\tpv-1\t[{\"op\":\"test\"}]\n",
        "patch\tpersistentvolumes\t-\tpv-1\t[{\"op\":\"remove\"}]\n",
        "patch\tpersistentvolumes\t-\tpv-1\t{\"test\":1}\n",
        "patch\tpersistentvolumes\t-\tpv-1\t[{\"op\":\"test\"}]\t--all\n",
        "patch\tclusterroles\t-\tpv-1\t[{\"op\":\"test\"}]\n",
        "patch\tnodes\t-\tn-1\t[{\"op\":\"test\"}]\n",
        "patch\tsecrets\tkube-system\tkeys\t[{\"op\":\"test\"}]\n",
        "create\t/etc/passwd\n",
        "create\t{\"kind\":\"ClusterRoleBinding\"}\n",
        "create\t{\"kind\":\"Two\"}\n",
        "delete\thttps://elsewhere/api/v1/persistentvolumes/a\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/persistentvolumes\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/persistentvolumes/a/../b\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/persistentvolumes/a?b=c\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/namespaces/kube-system\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/namespaces/shop/pods/p\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/namespaces/shop/persistentvolumeclaims\t{\"preconditions\":{}}\n",
        "delete\t/apis/x/persistentvolumes/a\t{\"preconditions\":{}}\n",
        "delete\t/version/persistentvolumes/a\t{\"preconditions\":{}}\n",
        "delete\t/api/v1/persistentvolumes/a\t{}\n",
        "exec\tkube-system\tcsi-udisk-1\tcsi-udisk\t/bin/sh\t-c\treboot\n",
        "exec\tkube-system\tcsi-udisk-1\tcsi-udisk\t/opt/udisk-csi/udisk-csi\tlook\tmore\n",
        "exec\tkube-system\t--stdin\tcsi-udisk\t/opt/udisk-csi/udisk-csi\tlook\n",
      })
  void whatIsNotOfAPlanIsRefusedBeforeAnythingOfItIsDone(String line) {
    for (ShellKind shell : ShellKind.values()) {
      StubKubectl kubectl =
          StubKubectl.withControllers(directory.resolve(shell.name()), "c-0")
              .on(
                  "create",
                  """
                  read -r json <"$STUB/input.$((number))"
                  case $json in
                    *Role*) echo clusterrolebinding.rbac.authorization.k8s.io/a ;;
                    *) printf 'persistentvolume/a\\npersistentvolume/b\\n' ;;
                  esac
                  """)
              .answering(CONFIRM, PATCH + line);
      Ran ran = kubectl.run(shell, REPAIR);
      assertThat(ran.code()).as("%s: %s", shell, ran.err()).isEqualTo(5);
      assertThat(ran.err()).contains("this plugin does not do");
      assertThat(kubectl.changes()).as(shell.name()).isEmpty();
      assertThat(kubectl.questions()).hasSize(2);
    }
  }

  private static final String[] MIGRATE = {"migrate-flexv", "pv-1", "--apply", "--yes=pv-1"};
  private static final String DELETE_CLAIM =
      "delete\t/api/v1/namespaces/shop/persistentvolumeclaims/data\t"
          + "{\"preconditions\":{\"uid\":\"u-2\"}}\n";
  private static final String DELETE_VOLUME =
      "delete\t/api/v1/persistentvolumes/pv-1\t{\"preconditions\":{\"uid\":\"u-1\"}}\n";
  private static final String OLD_VOLUME =
      "kind: PersistentVolume\nmetadata:\n  name: pv-1\n  uid: u-1\nspec:\n  claimRef:\n    uid: u-2\n";

  private StubKubectl migrating(Path place, String get) {
    return StubKubectl.withControllers(place, "c-0")
        .answering(CONFIRM, DELETE_CLAIM, DELETE_VOLUME, "done\n")
        .alsoOn("get", get);
  }

  private static final String YAML =
      """
      case "$*" in
        'get persistentvolumes pv-1 -o yaml') printf '%s' ;;
        'get persistentvolumeclaims data --namespace=shop -o yaml') printf 'metadata:\\n  uid: u-2\\n' ;;
      esac
      """
          .formatted(OLD_VOLUME.replace("\n", "\\n"));

  @ParameterizedTest
  @EnumSource
  void whatIsDeletedIsSavedFirst(ShellKind shell) throws IOException {
    StubKubectl kubectl = migrating(directory, YAML);
    Ran ran = kubectl.run(shell, MIGRATE);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.err()).contains("saved persistentvolumeclaims-shop-data-u-2.yaml");
    Path saved = directory.resolve("persistentvolumes-pv-1-u-1.yaml");
    assertThat(saved).hasContent(OLD_VOLUME);
    List<String> calls = kubectl.calls().stream().map(call -> String.join(" ", call)).toList();
    assertThat(calls.indexOf("get persistentvolumes pv-1 -o yaml"))
        .isBetween(0, calls.indexOf("delete --raw /api/v1/persistentvolumes/pv-1 -f -") - 1);
    assertThat(kubectl.leftOver()).isEmpty();

    // What was saved first is what was there before anything changed.
    Files.writeString(saved, "as it was");
    kubectl.answering(CONFIRM, DELETE_VOLUME, "done\n");
    assertThat(kubectl.run(shell, MIGRATE).code()).isZero();
    assertThat(saved).hasContent("as it was");
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeSavedIsNotDeleted(ShellKind shell) throws IOException {
    StubKubectl unreadable =
        migrating(
            directory.resolve("a"),
            "case \"$*\" in *yaml) echo 'Error from server (Forbidden): no' >&2; exit 1 ;; esac");
    Ran ran = unreadable.run(shell, MIGRATE);
    assertThat(ran.code()).isEqualTo(4);
    assertThat(ran.err()).contains("`kubectl auth can-i get persistentvolumeclaims -n shop`");
    assertThat(unreadable.changes()).isEmpty();

    StubKubectl full = migrating(directory.resolve("b"), YAML);
    Files.createDirectories(directory.resolve("b/persistentvolumeclaims-shop-data-u-2.yaml.part"));
    Ran unwritable = full.run(shell, MIGRATE);
    assertThat(unwritable.code()).isEqualTo(5);
    assertThat(unwritable.err()).contains("cannot be written here, so data was not deleted");
    assertThat(full.changes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void volumesAndClaimsAreDeletedByTheirMigrationAlone(ShellKind shell) {
    StubKubectl kubectl = cluster();
    for (String line : List.of(DELETE_CLAIM, DELETE_VOLUME)) {
      kubectl.answering(CONFIRM, line);
      assertThat(kubectl.run(shell, REPAIR).code()).isEqualTo(5);
      assertThat(kubectl.changes()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsChangedBeforeSomebodyHasSaidWhat(ShellKind shell) {
    StubKubectl kubectl = cluster(PATCH);
    assertThat(kubectl.run(shell, REPAIR).code()).isEqualTo(5);
    assertThat(kubectl.changes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anotherNameOrNobodyToTypeItIsWrongUsage(ShellKind shell) {
    StubKubectl kubectl = cluster(CONFIRM, PATCH, CONFIRM, PATCH);
    assertThat(kubectl.run(shell, "repair", "pv/pv-1", "--apply", "--yes", "pv-2"))
        .isEqualTo(
            new Ran(2, "", "screen 1\nkubectl udisk: --yes is not pv-1; nothing was changed\n"));
    kubectl.answering(CONFIRM, PATCH);
    Ran ran = kubectl.run(shell, "repair", "pv/pv-1", "--apply");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("no terminal", "--yes=pv-1");
    assertThat(kubectl.changes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void onATerminalTheNameIsAskedFor(ShellKind shell) {
    StubKubectl kubectl = cluster(CONFIRM, PATCH, "done\n");
    Ran ran = kubectl.runOnTerminal(shell, "pv-1\n", "repair", "pv/pv-1", "--apply");
    assertThat(ran.out()).contains("Type pv-1 to go on: ", "screen 3");
    assertThat(ran.code()).as(ran.out()).isZero();
    assertThat(kubectl.changes()).hasSize(1);
    kubectl.answering(CONFIRM, PATCH, "done\n");
    Ran wrong = kubectl.runOnTerminal(shell, "yes\n", "repair", "pv/pv-1", "--apply");
    assertThat(wrong.code()).as(wrong.out()).isEqualTo(2);
    assertThat(kubectl.changes()).hasSize(1);
  }

  /** A node's object changes at any time, and every patch tests the version that was read. */
  @ParameterizedTest
  @EnumSource
  void anObjectThatHasChangedSinceItWasReadIsReadAgain(ShellKind shell) {
    String refused =
        "echo 'The request is invalid: the server rejected our request due to an error in our request' >&2; exit 1";
    StubKubectl kubectl =
        cluster(CONFIRM, PATCH + DELETE, PATCH + DELETE, "done\n")
            .on("patch", "[ -f \"$STUB/patched\" ] || { : >\"$STUB/patched\"; " + refused + "; }");
    assertThat(kubectl.run(shell, REPAIR))
        .isEqualTo(new Ran(0, "", "screen 1\nscreen 2\nscreen 3\nscreen 4\n"));
    assertThat(kubectl.changes())
        .extracting(change -> change.split(" ", 2)[0])
        .containsExactly("patch", "patch", "delete");

    kubectl.answering(CONFIRM, PATCH, PATCH, PATCH, PATCH).on("patch", refused);
    Ran ran = kubectl.run(shell, REPAIR);
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).endsWith("screen 5\n" + refused.split("'", 3)[1] + "\n");
  }

  @ParameterizedTest
  @EnumSource
  void whatAnObjectRefusesEndsThePlan(ShellKind shell) {
    StubKubectl kubectl =
        cluster(CONFIRM, PATCH + DELETE)
            .on(
                "patch",
                "echo 'The request is invalid: the server rejected our request' >&2; exit 1");
    Ran ran = kubectl.run(shell, REPAIR);
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err()).endsWith("the server rejected our request\n");
    assertThat(kubectl.changes()).hasSize(1);

    kubectl
        .on("patch", "echo 'Error from server (Forbidden): no' >&2; exit 1")
        .answering(CONFIRM, PATCH + DELETE);
    Ran forbidden = kubectl.run(shell, REPAIR);
    assertThat(forbidden.code()).isEqualTo(4);
    assertThat(forbidden.err()).contains("`kubectl auth can-i patch persistentvolumes`");
    assertThat(kubectl.changes()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void aRefusalOfTheProgramEndsItWithItsCode(ShellKind shell) {
    StubKubectl kubectl =
        cluster()
            .on(
                "exec",
                "echo 'refused [UD113]' >&2; echo 'command terminated with exit code 3' >&2; exit 3");
    assertThat(kubectl.run(shell, REPAIR)).isEqualTo(new Ran(3, "", "refused [UD113]\n"));
    kubectl.on("exec", "echo nothing to do >&2");
    assertThat(kubectl.run(shell, REPAIR).code()).isEqualTo(5);
  }

  @Test
  void aPlanWithoutAnEndIsEnded() {
    StubKubectl kubectl = cluster().on("exec", "printf 'wait\\t0\\n'");
    Ran ran = kubectl.run(ShellKind.DASH, REPAIR);
    assertThat(ran.code()).isEqualTo(5);
    assertThat(ran.err()).contains("after 500 steps");
    assertThat(kubectl.questions()).hasSize(500);
  }
}
