package cn.ucloud.csi.udisk.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The plugin as it is handed out, completed, and published. */
class PluginFilesTest {
  private static final Path DEPLOY = Path.of("../deploy").toAbsolutePath().normalize();

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void theImageHandsOutThePluginOfItsVersion(ShellKind shell) throws IOException {
    String launch = DEPLOY.resolve("image/udisk-csi").toString();
    Map<String, String> path = Map.of("PATH", "/usr/bin:/bin");
    assertThat(Ran.of(directory, path, "", shell.running(launch, "plugin")).out())
        .isEqualTo(Files.readString(DEPLOY.resolve("plugin/kubectl-udisk")));
    assertThat(Ran.of(directory, path, "", shell.running(launch, "plugin", "--completion")).out())
        .isEqualTo(Files.readString(DEPLOY.resolve("plugin/kubectl_complete-udisk")));
  }

  @ParameterizedTest
  @EnumSource
  void theShellCompletesCommandsFlagsAndNames(ShellKind shell) {
    StubKubectl kubectl =
        new StubKubectl(directory)
            .on(
                "get",
                """
                case "$*" in
                  *namespaces*) printf 'namespace/shop\\nnamespace/kube-system\\n' ;;
                  *'persistentvolumeclaims --namespace=shop'*) echo persistentvolumeclaim/data-0 ;;
                  *nodes*) echo node/10.9.0.1 ;;
                  *storageclasses*) echo storageclass.storage.k8s.io/ssd-csi-udisk ;;
                esac
                """);
    assertThat(completed(kubectl, shell, "")).contains("map", "doctor", "repair").endsWith(":4");
    assertThat(completed(kubectl, shell, "re"))
        .containsExactly("rebind", "recover-node", "repair", "report", ":4");
    assertThat(completed(kubectl, shell, "map", "-n", "s")).containsExactly("shop", ":4");
    assertThat(completed(kubectl, shell, "map", "-n", "shop", "")).containsExactly("data-0", ":4");
    assertThat(completed(kubectl, shell, "recover-node", "")).containsExactly("10.9.0.1", ":4");
    assertThat(completed(kubectl, shell, "keys", "")).containsExactly("set", ":4");
    assertThat(completed(kubectl, shell, "smoke", "--class", "s"))
        .containsExactly("ssd-csi-udisk", ":4");
    assertThat(completed(kubectl, shell, "smoke", "--im")).containsExactly("--image", ":4");
    assertThat(completed(kubectl, shell, "map", "--dr"))
        .containsExactly("--driver-namespace", ":4");
  }

  private List<String> completed(StubKubectl kubectl, ShellKind shell, String... words) {
    String script = DEPLOY.resolve("plugin/kubectl_complete-udisk").toString();
    Ran ran = Ran.of(directory, kubectl.variables(), "", shell.running(script, words));
    assertThat(ran.err()).isEmpty();
    return ran.out().lines().toList();
  }

  @Test
  void theManifestForKrewNamesWhatTheArchiveHas() throws IOException {
    JsonNode manifest =
        new YAMLMapper().readTree(Files.readString(DEPLOY.resolve("plugin/udisk.yaml")));
    assertThat(manifest.at("/apiVersion").asText())
        .isEqualTo("krew.googlecontainertools.github.com/v1alpha2");
    assertThat(manifest.at("/metadata/name").asText()).isEqualTo("udisk");
    JsonNode platform = manifest.at("/spec/platforms/0");
    assertThat(platform.path("bin").asText()).isEqualTo("kubectl-udisk");
    String version = manifest.at("/spec/version").asText();
    assertThat(version).matches("v[0-9]+\\.[0-9]+\\.[0-9]+");
    assertThat(platform.path("uri").asText())
        .endsWith("/%s/kubectl-udisk-%s.tar.gz".formatted(version, version.substring(1)));
    String pack = Files.readString(DEPLOY.resolve("plugin/pack"));
    for (JsonNode file : platform.path("files")) {
      assertThat(pack).containsPattern("\\b" + Pattern.quote(file.path("from").asText()) + "\\b");
    }
  }
}
