package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code auto} gives. Helm installs into a cluster here, whose answers say what it serves. */
class ChartAutoTest {
  private static final String SNAPSHOTS = "snapshot.storage.k8s.io/v1";
  private static final String MONITORS = "monitoring.coreos.com/v1";

  @ParameterizedTest
  @ValueSource(strings = {Chart.OLDEST, Chart.NEWEST})
  void snapshotsComeByThemselvesWhereTheyAreServed(String version) {
    List<JsonNode> installed = installedOn(version, Set.of(SNAPSHOTS));
    assertThat(namesOf("VolumeSnapshotClass", installed))
        .containsExactlyInAnyOrder("csi-udisk", "csi-udisk-retain");
    assertThat(namesOf("ClusterRole", installed)).contains("udisk-csi-snapshotter");
    assertThat(containersOfTheController(installed)).contains("csi-snapshotter");
    assertThat(namesOf("ServiceMonitor", installed)).isEmpty();
    assertThat(namesOf("PrometheusRule", installed)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {Chart.OLDEST, Chart.NEWEST})
  void monitorsComeByThemselvesWhereTheyAreServed(String version) {
    List<JsonNode> installed = installedOn(version, Set.of(MONITORS));
    assertThat(namesOf("ServiceMonitor", installed)).containsExactly("udisk-csi");
    assertThat(namesOf("PrometheusRule", installed)).containsExactly("udisk-csi");
    assertThat(namesOf("VolumeSnapshotClass", installed)).isEmpty();
    assertThat(containersOfTheController(installed)).doesNotContain("csi-snapshotter");
  }

  @ParameterizedTest
  @ValueSource(strings = {Chart.OLDEST, Chart.NEWEST})
  void whereNeitherIsServedTheRestIsInstalled(String version) {
    assertThat(installedOn(version, Set.of()))
        .extracting(one -> one.path("kind").asText() + " " + one.at("/metadata/name").asText())
        .containsExactlyInAnyOrderElementsOf(
            new Chart(version, "")
                .render().stream().map(one -> one.kind() + " " + one.name()).toList());
  }

  private static List<JsonNode> installedOn(String version, Set<String> optional) {
    try (ServedApis cluster = new ServedApis(version)) {
      for (Chart.Manifest one : Chart.EVERYTHING.render()) {
        String served = one.tree().path("apiVersion").asText();
        if (optional.contains(served) || !Set.of(SNAPSHOTS, MONITORS).contains(served)) {
          cluster.serve(one.tree());
        }
      }
      Chart.onNewest().install(cluster);
      return cluster.installed();
    }
  }

  private static List<String> namesOf(String kind, List<JsonNode> installed) {
    return installed.stream()
        .filter(one -> one.path("kind").asText().equals(kind))
        .map(one -> one.at("/metadata/name").asText())
        .toList();
  }

  private static List<String> containersOfTheController(List<JsonNode> installed) {
    return installed.stream()
        .filter(one -> one.path("kind").asText().equals("Deployment"))
        .flatMap(one -> one.at("/spec/template/spec/containers").valueStream())
        .map(container -> container.path("name").asText())
        .toList();
  }
}
