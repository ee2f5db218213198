package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pod of its own for one answer. */
class KubectlUdiskPodTest {
  @TempDir private Path directory;

  private StubKubectl cluster() {
    return new StubKubectl(directory)
        .on("get", "printf 'kind: Pod\\nmetadata:\\n  name: csi-udisk-admin-NAME\\n'");
  }

  @ParameterizedTest
  @EnumSource
  void itIsMadeWaitedForAskedAndDeleted(ShellKind shell) {
    StubKubectl kubectl = cluster().on("exec", "echo screen");
    assertThat(kubectl.run(shell, "--pod", "status", "--driver-namespace=storage"))
        .isEqualTo(new Ran(0, "screen\n", ""));
    List<List<String>> calls = kubectl.calls();
    String pod =
        kubectl
            .input(2)
            .lines()
            .filter(line -> line.startsWith("  name: "))
            .findFirst()
            .orElseThrow()
            .substring("  name: ".length());
    assertThat(pod).matches("csi-udisk-admin-[0-9]+-[0-9]+");
    assertThat(calls.get(0)).startsWith("get", "configmap", "--namespace=storage");
    assertThat(calls.get(1)).containsExactly("create", "--namespace=storage", "-f", "-");
    assertThat(calls.get(2)).startsWith("wait").contains("pod/" + pod, "--namespace=storage");
    assertThat(calls.get(4)).startsWith("exec").contains(pod, "--namespace=storage");
    assertThat(calls.get(5)).startsWith("delete", "pod", "--namespace=storage", pod);
    assertThat(calls).hasSize(6);
  }

  @ParameterizedTest
  @EnumSource
  void itIsDeletedAfterEveryFailure(ShellKind shell) {
    StubKubectl kubectl =
        cluster().on("exec", "echo 'command terminated with exit code 3' >&2; exit 3");
    assertThat(kubectl.run(shell, "--pod", "status").code()).isEqualTo(3);
    assertThat(kubectl.changes().getLast()).startsWith("delete pod");
    kubectl.on("wait", "echo 'error: timed out' >&2; exit 1");
    assertThat(kubectl.run(shell, "--pod", "status"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(5);
          assertThat(ran.err()).contains("did not become ready within 120 s");
        });
    assertThat(kubectl.changes().getLast()).startsWith("delete pod");
    kubectl.on("create", "echo 'Error from server (Forbidden): no' >&2; exit 1");
    assertThat(kubectl.run(shell, "--pod", "status"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(4);
          assertThat(ran.err()).contains("can-i create pods -n kube-system");
        });
  }

  @ParameterizedTest
  @EnumSource
  void itIsDeletedWhenSomebodyLosesPatience(ShellKind shell)
      throws IOException, InterruptedException {
    StubKubectl kubectl = cluster().on("exec", "echo >\"$STUB/started\"; sleep 3600");
    ProcessBuilder builder =
        new ProcessBuilder(kubectl.command(shell, "--pod", "status"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile());
    builder.environment().clear();
    builder.environment().putAll(kubectl.variables());
    Process process = builder.start();
    await().until(() -> Files.exists(directory.resolve("started")));
    // As a terminal does it: everything that runs in front gets the signal.
    assertThat(new ProcessBuilder("/bin/kill", "-INT", "--", "-" + process.pid()).start().waitFor())
        .isZero();
    assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(kubectl.changes().getLast()).startsWith("delete pod");
    assertThat(kubectl.leftOver()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aChartWithoutItIsNamed(ShellKind shell) {
    StubKubectl kubectl =
        new StubKubectl(directory)
            .on(
                "get",
                "echo 'Error from server (NotFound): configmaps \"csi-udisk-admin\" not found' >&2; exit 1");
    assertThat(kubectl.run(shell, "--pod", "status"))
        .satisfies(ran -> {
          assertThat(ran.code()).isEqualTo(5);
          assertThat(ran.err()).contains("admin.enabled").doesNotContain("NotFound");
        });
    assertThat(kubectl.changes()).isEmpty();
  }
}
