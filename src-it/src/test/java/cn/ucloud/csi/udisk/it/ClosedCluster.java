package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/**
 * The API of a stock UK8S cluster: the closed driver's objects are there, and no release of Helm.
 */
final class ClosedCluster {
  private static final Path CORPUS = Path.of("src/test/resources/closed-driver");

  /** Those that every stock cluster has; the other classes of that file are of older sets. */
  static final List<String> CLASSES = List.of("csi-udisk-rssd", "ssd-csi-udisk", "sata-csi-udisk");

  private ClosedCluster() {}

  static ServedApis start() {
    ServedApis cluster = empty();
    for (JsonNode object : documents("workloads.yaml")) {
      cluster.put(object);
    }
    for (JsonNode object : documents("storage-classes.yaml")) {
      if (CLASSES.contains(object.at("/metadata/name").asText())) {
        cluster.put(object);
      }
    }
    return cluster;
  }

  /** A cluster without a driver, that serves what the chart installs by itself. */
  static ServedApis empty() {
    ServedApis cluster = new ServedApis(Chart.NEWEST);
    Chart.onNewest().render().forEach(one -> cluster.serve(one.tree()));
    return cluster;
  }

  private static List<JsonNode> documents(String file) {
    return List.of(Chart.read(CORPUS.resolve(file)).split("(?m)^---$")).stream()
        .map(Chart::tree)
        .toList();
  }
}
