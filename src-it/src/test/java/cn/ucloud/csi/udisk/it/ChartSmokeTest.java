package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code helm test} starts, and what it may. */
class ChartSmokeTest {
  private static final Chart TESTED = Chart.onNewest().with("helmTest: {enabled: true}");

  private static JsonNode hook(Chart chart, String kind) {
    return chart.hooks().stream()
        .filter(one -> one.kind().equals(kind))
        .findFirst()
        .orElseThrow()
        .tree();
  }

  @Test
  void withoutTheValueThereIsNothingOfIt() {
    assertThat(Chart.onNewest().hooks()).isEmpty();
    assertThat(Chart.onOldest().hooks()).isEmpty();
  }

  @Test
  void allOfItIsAHookAndNothingButThePodStays() {
    assertThat(TESTED.render()).noneMatch(one -> one.template().startsWith("tests/"));
    List<Chart.Manifest> all = TESTED.hooks();
    assertThat(all)
        .extracting(Chart.Manifest::kind)
        .containsExactlyInAnyOrder(
            "ServiceAccount", "Role", "RoleBinding", "ClusterRoleBinding", "Pod");
    for (Chart.Manifest one : all) {
      JsonNode annotations = one.tree().at("/metadata/annotations");
      assertThat(annotations.path(Chart.HOOK).asText()).isEqualTo("test");
      assertThat(annotations.path("helm.sh/hook-delete-policy").asText())
          .startsWith("before-hook-creation")
          .matches(one.kind().equals("Pod") ? "[^,]*" : ".*,hook-succeeded");
      assertThat(annotations.path("helm.sh/hook-weight").asInt())
          .as("before the pod")
          .isEqualTo(one.kind().equals("Pod") ? 0 : -1);
    }
  }

  @Test
  void itMayChangeOnlyItsOwnKindsAndRunNothingInOthersPods() {
    List<Permissions.Right> rights =
        Permissions.rights(Chart.EVERYTHING).stream()
            .filter(right -> right.role().equals("udisk-csi-smoke"))
            .toList();
    assertThat(rights)
        .extracting(Permissions.Right::resource)
        .containsOnly("pods", "persistentvolumeclaims", "volumesnapshots");
    assertThat(rights)
        .extracting(Permissions.Right::verb)
        .isSubsetOf(Set.of("get", "list", "create", "patch", "delete"));
    JsonNode reads = hook(TESTED, "ClusterRoleBinding");
    assertThat(reads.at("/roleRef/name").asText()).isEqualTo("udisk-csi-admin");
    for (String kind : List.of("RoleBinding", "ClusterRoleBinding")) {
      assertThat(hook(TESTED, kind).at("/subjects/0/name").asText()).isEqualTo("udisk-csi-smoke");
    }
    assertThat(TESTED.with("{helmTest: {enabled: true}, rbac: {create: false}}").hooks())
        .extracting(Chart.Manifest::kind)
        .containsExactlyInAnyOrder("ServiceAccount", "Pod");
  }

  @Test
  void itsPodHasTheDriversImageKeysAndCloud() {
    Chart chart =
        Chart.onNewest()
            .with(
                """
                helmTest: {enabled: true, storageClass: rssd-csi-udisk}
                credentials: {source: secret, secretName: keys}
                global: {imageRegistry: "registry.example:5000"}
                """);
    JsonNode pod = hook(chart, "Pod").path("spec");
    JsonNode driver = Chart.container(chart.controller(), "csi-udisk");
    JsonNode container = Chart.container(pod, "smoke");
    assertThat(container.path("image")).isEqualTo(driver.path("image"));
    for (JsonNode variable : driver.path("env")) {
      assertThat(container.path("env")).contains(variable);
    }
    assertThat(container.path("env").toString()).contains("rssd-csi-udisk");
    assertThat(pod.path("volumes").toString()).contains("\"secretName\":\"keys\"");
    assertThat(pod.at("/initContainers/0/image").asText())
        .isEqualTo("registry.example:5000/kubectl:v1.34.1");
    assertThat(pod.path("serviceAccountName").asText()).isEqualTo("udisk-csi-smoke");
    assertThat(container.path("securityContext")).isEqualTo(driver.path("securityContext"));
  }

  /** The command of the pod, with stubs in the place of kubectl and of the driver's program. */
  @Test
  void itsPodAsksTheProgramByItselfAndEndsAsItDoes(@TempDir Path directory) throws Exception {
    Path opt = Files.createDirectories(directory.resolve("opt"));
    String plugin = Chart.read(Path.of("../deploy/plugin/kubectl-udisk"));
    Files.writeString(
        opt.resolve("kubectl-udisk"), plugin.replace("/opt/udisk-csi", opt.toString()));
    script(
        directory.resolve("of-the-image"),
        """
        echo "$*" >>"$HOME/calls"
        case "$*" in
          'get pods '*) printf 'kube-system|c-0|Running||2026-11-30T00:00:00Z\n' ;;
          'get pod '*) printf udisk-csi:0.1.0 ;;
        esac
        """);
    for (int code : new int[] {0, 3}) {
      script(
          opt.resolve("udisk-csi"),
          "echo \"$*\" >>\"$HOME/asked\"; echo screen >&2; echo done; exit " + code);
      String command =
          Chart.container(hook(TESTED, "Pod").path("spec"), "smoke")
              .at("/command/2")
              .asText()
              .replace("/opt/udisk-csi", opt.toString())
              .replace("/tools", directory.toString());
      ProcessBuilder builder =
          new ProcessBuilder("/bin/sh", "-c", command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("output").toFile());
      builder.environment().clear();
      builder
          .environment()
          .putAll(
              Map.of(
                  "PATH", "/usr/bin:/bin",
                  "HOME", directory.toString(),
                  "NAMESPACE", "kube-system",
                  "STORAGE_CLASS", "ssd-csi-udisk"));
      int ended = builder.start().waitFor();
      assertThat(ended).as(Files.readString(directory.resolve("output"))).isEqualTo(code);
      assertThat(directory.resolve("output")).content().isEqualTo("screen\n");
    }
    assertThat(Files.readAllLines(directory.resolve("asked")).getFirst())
        .matches(
            "admin --lang=en --width=0 --context-namespace=default --next --confirmed=udisk-smoke-[0-9-]+"
                + " smoke --namespace=kube-system --class=ssd-csi-udisk --apply");
    assertThat(directory.resolve("calls")).content().doesNotContain("exec");
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
