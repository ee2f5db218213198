package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The two ways to install, each as the documents say it and played by Helm itself: into a cluster
 * without a driver, and into a stock UK8S one, where objects of our names are nobody's release.
 */
class ChartTakeOverTest {
  private static final String STOP = "scale statefulset csi-udisk-controller --replicas=0";
  private static final String VALUES =
      "{image: {repository: REGISTRY/udisk-csi}, node: {nodeId: node-name}, storageClasses: {create: false}}";

  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"docs/installation.md", "docs/zh/installation.md"})
  void whereThereIsNoDriverOneCommandIsAll(String page) {
    try (ServedApis cluster = ClosedCluster.empty()) {
      new PlayedPage(page, cluster, home)
          .play("--namespace kube-system \\\n  --set image.repository=REGISTRY/udisk-csi\n");
      assertThat(cluster.objects()).hasSameSizeAs(Chart.onNewest().render());
    }
  }

  @Test
  void inAStockClusterThatCommandIsRefusedAndChangesNothing() {
    try (ServedApis cluster = ClosedCluster.start()) {
      List<JsonNode> before = List.copyOf(cluster.objects());
      assertThatThrownBy(() -> Chart.onNewest().install(cluster))
          .hasMessageContaining("invalid ownership metadata");
      assertThat(cluster.objects()).containsExactlyElementsOf(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/installation.md", "docs/zh/installation.md"})
  void inAStockClusterOursIsInstalledBesideWhatStays(String page) {
    try (ServedApis cluster = ClosedCluster.start()) {
      new PlayedPage(page, cluster, home).play(STOP);
      pluginIsOurs(cluster, VALUES);
      closedControllerAndClassesAreUntouched(cluster);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/migrate-from-csi-uk8s.md", "docs/zh/migrate-from-csi-uk8s.md"})
  void stepByStepTheControllerComesFirstAndTheNodesAreOursInTheEnd(String name) {
    try (ServedApis cluster = ClosedCluster.start()) {
      PlayedPage page =
          new PlayedPage(name, cluster, home)
              .play("> closed-driver.yaml")
              .play(STOP)
              .play("--cascade=orphan");
      assertThat(cluster.find("Deployment", "csi-udisk-controller")).isPresent();
      assertThat(plugin(cluster).at("/spec/updateStrategy/type").asText())
          .as("the closed driver's pods are left alone")
          .isEqualTo("OnDelete");
      page.play("helm upgrade udisk-csi deploy/chart $values");
      pluginIsOurs(cluster, VALUES);
      closedControllerAndClassesAreUntouched(cluster);
      page.play("delete statefulset,service");
      pluginIsOurs(cluster, VALUES.replace("node-name", "instance-id"));
      assertThat(cluster.find("StatefulSet", "csi-udisk-controller")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/migrate-from-csi-uk8s.md", "docs/zh/migrate-from-csi-uk8s.md"})
  void theWayBackLeavesTheClosedDriverAsItWas(String name) {
    try (ServedApis cluster = ClosedCluster.start()) {
      JsonNode closed = plugin(cluster).path("spec").deepCopy();
      int objects = cluster.objects().size();
      new PlayedPage(name, cluster, home)
          .play("> closed-driver.yaml")
          .play(STOP)
          .play("--cascade=orphan")
          .play("helm upgrade udisk-csi deploy/chart $values")
          .play("helm uninstall");
      assertThat(plugin(cluster).path("spec")).isEqualTo(closed);
      assertThat(cluster.objects()).hasSize(objects);
      closedControllerAndClassesAreUntouched(cluster);
    }
  }

  /**
   * Why no page says {@code --take-ownership}, nor to write Helm's owner on what is there: Helm
   * merges its own into such an object, and does not take out what it does not know of. The switch
   * leaves out the look at the owner; Helm as a library has none, so the owner is written here.
   */
  @Test
  void anAdoptedPluginKeepsTheClosedOnesLimitKeysAndMounts() {
    try (ServedApis cluster = ClosedCluster.start()) {
      ObjectNode owned = plugin(cluster).deepCopy();
      owned.withObject("/metadata/labels").put("app.kubernetes.io/managed-by", "Helm");
      owned
          .withObject("/metadata/annotations")
          .put("meta.helm.sh/release-name", "udisk-csi")
          .put("meta.helm.sh/release-namespace", "kube-system");
      cluster.put(owned);
      Chart.onNewest().with(VALUES).install(cluster);
      JsonNode driver = Chart.container(plugin(cluster).at("/spec/template/spec"), "csi-udisk");
      assertThat(driver.path("image").asText()).startsWith("REGISTRY/udisk-csi");
      assertThat(driver.at("/resources/limits/cpu").asText()).isEqualTo("250m");
      assertThat(driver.path("envFrom").findValuesAsText("name")).contains("uk8sconfig");
      assertThat(driver.path("volumeMounts").findValuesAsText("name")).contains("host-log");
    }
  }

  private static JsonNode plugin(ServedApis cluster) {
    return cluster.find("DaemonSet", "csi-udisk").orElseThrow();
  }

  private static void pluginIsOurs(ServedApis cluster, String values) {
    assertThat(plugin(cluster).path("spec"))
        .isEqualTo(Chart.onNewest().with(values).find("DaemonSet", "csi-udisk").path("spec"));
  }

  private static void closedControllerAndClassesAreUntouched(ServedApis cluster) {
    try (ServedApis fresh = ClosedCluster.start()) {
      for (JsonNode one : fresh.objects()) {
        String kind = one.path("kind").asText();
        if (!kind.equals("DaemonSet")) {
          JsonNode there = cluster.find(kind, one.at("/metadata/name").asText()).orElseThrow();
          assertThat(there.path("spec")).isEqualTo(one.path("spec"));
          assertThat(there.path("parameters")).isEqualTo(one.path("parameters"));
          assertThat(there.at("/metadata/annotations/meta.helm.sh~1release-name").isMissingNode())
              .isTrue();
        }
      }
    }
  }
}
