package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An update from the last release, and of values, by Helm itself in a cluster. */
class ChartUpgradeTest {
  private static final Path LAST_RELEASE = Path.of("src/test/resources/last-release");

  /** What somebody has set who installed the last release. */
  private static final String THEIRS =
      """
      image: {repository: registry.example.com/udisk-csi, tag: "1"}
      cloud: {configMap: "", region: cn-sh2, clusterId: uk8s-a, apiEndpoint: "https://api.ucloud.cn"}
      credentials: {source: secret, secretName: udisk-keys}
      kubeletDir: /data/kubelet
      controller: {replicas: 3, nodeSelector: {disk: fast}}
      node: {nodeId: node-name, instanceTypes: null}
      storageClasses: {default: ssd-csi-udisk, cmkId: key-a}
      """;

  @Test
  void fromTheLastReleaseTheirValuesAreKeptAndTheRestIsTheNewCharts() {
    try (ServedApis cluster = lastRelease()) {
      Chart.onNewest().upgrade(cluster, Chart.OldValues.RESET_THEN_REUSE);
      assertThat(cluster.objects())
          .extracting(one -> one.path("kind").asText() + " " + one.at("/metadata/name").asText())
          .containsExactlyInAnyOrderElementsOf(
              Chart.onNewest().with(THEIRS).render().stream()
                  .map(one -> one.kind() + " " + one.name())
                  .toList());
      JsonNode controller = cluster.find("Deployment", "csi-udisk-controller").orElseThrow();
      assertThat(controller.path("spec"))
          .isEqualTo(
              Chart.onNewest()
                  .with(THEIRS)
                  .find("Deployment", "csi-udisk-controller")
                  .path("spec"));
      assertThat(controller.at("/spec/replicas").asInt()).isEqualTo(3);
      assertThat(
              cluster
                  .find("DaemonSet", "csi-udisk")
                  .orElseThrow()
                  .at("/spec/template/spec/affinity")
                  .isMissingNode())
          .as("instanceTypes is null, as documents have said for all nodes")
          .isTrue();
    }
  }

  @Test
  void withTheOldDefaultsTheNewChartSaysWhichValueItLacks() {
    try (ServedApis cluster = lastRelease()) {
      assertThatThrownBy(() -> Chart.onNewest().upgrade(cluster, Chart.OldValues.REUSE))
          .hasMessageContaining("admin")
          .hasMessageNotContaining("nil pointer");
      assertThat(cluster.objects()).isEmpty();
    }
  }

  private static ServedApis lastRelease() {
    ServedApis cluster = ClosedCluster.empty();
    Chart.onNewest().with(THEIRS).install(LAST_RELEASE, cluster);
    return cluster;
  }

  @Test
  void aClassWhoseKeyChangesIsRefusedBeforeAnythingIs() {
    try (ServedApis cluster = ClosedCluster.empty()) {
      Chart.onNewest().with("storageClasses: {cmkId: key-a}").install(cluster);
      List<JsonNode> before = List.copyOf(cluster.objects());
      String changed = "{storageClasses: {cmkId: key-b}, controller: {replicas: 3}}";
      assertThatThrownBy(() ->
              Chart.onNewest().with(changed).upgrade(cluster, Chart.OldValues.RESET_THEN_REUSE))
          .hasMessageContaining("StorageClass csi-udisk-rssd-kms")
          .hasMessageContaining("key-a")
          .hasMessageContaining("storageClasses.extra");
      assertThat(cluster.objects()).containsExactlyElementsOf(before);
    }
  }

  /** As docs/installation.md says it. */
  @Test
  void anotherKeyIsAClassOfAnotherName() {
    try (ServedApis cluster = ClosedCluster.empty()) {
      Chart.onNewest().with("storageClasses: {cmkId: key-a}").install(cluster);
      String extra = "{name: rssd-key-b, parameters: {type: rssd, fsType: ext4, cmkId: key-b}}";
      for (int again = 0; again < 2; again++) {
        Chart.onNewest()
            .with("storageClasses: {extra: [%s]}".formatted(extra))
            .upgrade(cluster, Chart.OldValues.RESET_THEN_REUSE);
        assertThat(key("csi-udisk-rssd-kms", cluster)).isEqualTo("key-a");
        assertThat(key("rssd-key-b", cluster)).isEqualTo("key-b");
      }
    }
  }

  private static String key(String storageClass, ServedApis cluster) {
    return cluster
        .find("StorageClass", storageClass)
        .orElseThrow()
        .at("/parameters/cmkId")
        .asText();
  }
}
