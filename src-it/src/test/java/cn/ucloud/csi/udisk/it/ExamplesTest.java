package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.controller.request.CreateVolumeCommand;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeCapability;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in deploy/examples can be applied as it is; {@code make e2e} does so. */
class ExamplesTest {
  private static final Path DIRECTORY = Path.of("../deploy/examples");
  private static final YAMLMapper YAML = new YAMLMapper();

  /** fabric8's types ignore what they do not know; without that an unknown field is an error. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "PersistentVolume", PersistentVolume.class,
          "PersistentVolumeClaim", PersistentVolumeClaim.class,
          "Pod", Pod.class,
          "StatefulSet", StatefulSet.class,
          "StorageClass", StorageClass.class);

  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.sorted().toList();
    }
  }

  static List<JsonNode> objects() throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (Path file : files()) {
      try (var found = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
        found.forEachRemaining(objects::add);
      }
    }
    return objects;
  }

  @ParameterizedTest
  @MethodSource("objects")
  void eachFieldIsOneThatKubernetesKnows(JsonNode object) throws IOException {
    String kind = object.path("kind").asText();
    if (kind.equals("VolumeSnapshot")) {
      assertThat(object.path("spec").path("source").fieldNames())
          .toIterable()
          .containsExactly("persistentVolumeClaimName");
      return;
    }
    Class<?> type = TYPES.get(kind);
    assertThat(type).as(kind).isNotNull();
    JsonNode read = STRICT.valueToTree(STRICT.treeToValue(object, type));
    assertThat(fields(read)).containsAll(fields(object));
  }

  /** The paths of all fields that have a value. */
  private static Set<String> fields(JsonNode tree) {
    Set<String> paths = new TreeSet<>();
    collect("", tree, paths);
    return paths;
  }

  private static void collect(String path, JsonNode tree, Set<String> paths) {
    if (tree.isValueNode()) {
      paths.add(path);
    }
    tree.forEachEntry((name, value) -> collect(path + "/" + name, value, paths));
    for (int i = 0; tree.isArray() && i < tree.size(); i++) {
      collect(path + "/" + i, tree.get(i), paths);
    }
  }

  @Test
  void eachFileIsAppliedByTheTestsInARealCluster() throws IOException {
    StringBuilder tests = new StringBuilder();
    try (Stream<Path> sources = Files.list(Path.of("src/test/java/cn/ucloud/csi/udisk/it/e2e"))) {
      for (Path source : sources.toList()) {
        tests.append(Files.readString(source));
      }
    }
    for (Path file : files()) {
      assertThat(tests.toString()).contains("(\"" + file.getFileName() + "\"");
    }
  }

  @Test
  void theClassesThatTheyNameAreInTheChart() throws IOException {
    Set<String> classes =
        Chart.EVERYTHING.render().stream()
            .filter(made -> made.kind().endsWith("Class"))
            .map(Chart.Manifest::name)
            .collect(Collectors.toSet());
    Set<String> named = new TreeSet<>();
    for (JsonNode object : objects()) {
      Stream.concat(
              object.findValues("storageClassName").stream(),
              object.findValues("volumeSnapshotClassName").stream())
          .map(JsonNode::asText)
          .filter(name -> !name.isEmpty())
          .forEach(named::add);
    }
    assertThat(named).isNotEmpty().isSubsetOf(classes);
  }

  @Test
  void theParametersOfTheirClassesAreAllowed() throws IOException {
    for (JsonNode object : objects()) {
      if (object.path("kind").asText().equals("StorageClass")) {
        StorageClass made = STRICT.treeToValue(object, StorageClass.class);
        assertThat(made.getProvisioner()).isEqualTo(IdentityService.DRIVER_NAME);
        assertThatCode(() -> CreateVolumeCommand.from(request(made), "cn-bj2", "uk8s-x"))
            .as(made.getMetadata().getName())
            .doesNotThrowAnyException();
      }
    }
  }

  private static CreateVolumeRequest request(StorageClass made) {
    return CreateVolumeRequest.newBuilder()
        .setName("pvc-1")
        .putAllParameters(made.getParameters())
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20L << 30))
        .addVolumeCapabilities(
            VolumeCapability.newBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder())
                .setAccessMode(
                    VolumeCapability.AccessMode.newBuilder()
                        .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER)))
        .build();
  }
}
