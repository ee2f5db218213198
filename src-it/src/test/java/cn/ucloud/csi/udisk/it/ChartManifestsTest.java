package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code deploy/manifests} is what the chart renders, and what Kubernetes understands.
 *
 * <p>{@code make manifests} runs this with {@code -Dmanifests=write}, which writes in place of
 * comparing.
 */
class ChartManifestsTest {
  private static final Path MANIFESTS = Path.of("../deploy/manifests");
  private static final String HEADER =
      "# Rendered from deploy/chart. Do not edit: change the chart and run `make manifests`.\n";

  /** Accepts no field that the model does not have, which the model itself would keep silently. */
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .setAnnotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(com.fasterxml.jackson.databind.introspect.Annotated a) {
                  return a instanceof AnnotatedMember ? Boolean.FALSE : super.hasAnySetter(a);
                }
              });

  /** What kubectl can apply to every cluster, and beside it all that the chart can do. */
  private static Map<Path, String> rendered() {
    Map<Path, String> files = new TreeMap<>();
    add(files, MANIFESTS, Chart.onOldest());
    add(files, MANIFESTS.resolve("everything"), Chart.EVERYTHING);
    for (Path directory : List.of(MANIFESTS, MANIFESTS.resolve("everything"))) {
      files.put(directory.resolve("kustomization.yaml"), kustomization(directory, files));
    }
    return files;
  }

  private static String kustomization(Path directory, Map<Path, String> files) {
    StringBuilder yaml =
        new StringBuilder(HEADER)
            .append(
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n");
    files.keySet().stream()
        .filter(file -> directory.equals(file.getParent()))
        .map(file -> "  - " + file.getFileName() + "\n")
        .forEach(yaml::append);
    return yaml.toString();
  }

  private static void add(Map<Path, String> files, Path directory, Chart chart) {
    for (Chart.Manifest one : chart.render()) {
      files.merge(
          directory.resolve(one.template()),
          HEADER + withoutHelm(one.yaml()),
          (old, _) -> old + "---\n" + withoutHelm(one.yaml()));
    }
  }

  /** What says that Helm manages it would not be true of them. */
  private static String withoutHelm(String yaml) {
    return yaml.replaceAll("(?m)^ +(helm\\.sh/chart|app\\.kubernetes\\.io/managed-by): .*\n", "");
  }

  @Test
  void theListOfImagesHasAllThatTheChartAsksFor() throws IOException {
    Set<String> images = new TreeSet<>();
    List<Chart.Manifest> everything = new ArrayList<>(Chart.EVERYTHING.render());
    everything.addAll(Chart.EVERYTHING.hooks());
    for (Chart.Manifest manifest : everything) {
      manifest.tree().findValues("image").forEach(image -> images.add(image.asText()));
    }
    Path file = Path.of("../deploy/images.txt");
    String present = Files.readString(file);
    String expected =
        images.stream()
            .map(image -> withDigest(image, present))
            .collect(Collectors.joining("\n", HEADER, "\n"));
    if (System.getProperty("manifests", "").equals("write")) {
      Files.writeString(file, expected);
    }
    assertThat(present).as("run `make manifests`").isEqualTo(expected);
  }

  @Test
  void everyImageOfOthersIsListedWithTheDigestThatItsRegistryHasForItsTag() throws IOException {
    assertThat(Files.readAllLines(Path.of("../deploy/images.txt")))
        .filteredOn(line -> line.contains("/") && !line.startsWith("#"))
        .isNotEmpty()
        .allSatisfy(line ->
            assertThat(line)
                .as("add it by hand, from `skopeo inspect --format {{.Digest}} docker://…`")
                .matches(".+:v[0-9.]+@sha256:[0-9a-f]{64}"));
  }

  /** The digest stays while the tag does. */
  private static String withDigest(String image, String present) {
    return present.lines().filter(line -> line.startsWith(image + "@")).findFirst().orElse(image);
  }

  @Test
  void theManifestsAreWhatTheChartRenders() throws IOException {
    Map<Path, String> expected = rendered();
    if (System.getProperty("manifests", "").equals("write")) {
      write(expected);
    }
    assertThat(present())
        .as("the files there; run `make manifests`")
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (Map.Entry<Path, String> file : expected.entrySet()) {
      assertThat(Files.readString(file.getKey()))
          .as("%s; run `make manifests`", file.getKey())
          .isEqualTo(file.getValue());
    }
  }

  private static void write(Map<Path, String> files) throws IOException {
    for (Path old : present()) {
      Files.delete(old);
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  private static List<Path> present() throws IOException {
    try (Stream<Path> files = Files.walk(MANIFESTS)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  static List<Chart.Manifest> all() {
    List<Chart.Manifest> all = new ArrayList<>(Chart.EVERYTHING.render());
    all.addAll(Chart.onOldest().render());
    all.addAll(
        Chart.onNewest()
            .with(
                """
                credentials: {source: secret, secretName: keys}
                imagePullSecrets: [{name: registry}]
                controller: {hostNetwork: true, httpPort: 9811, nodeSelector: {disk: fast}, tolerations: [{operator: Exists}]}
                node: {hostNetwork: false, rssdOnBareMetal: true, instanceTypes: []}
                networkPolicy: {egressPorts: [80, 443, 6443]}
                """)
            .render());
    all.addAll(Chart.onNewest().with(ChartExtensionsTest.EXTENSIONS).render());
    all.addAll(Chart.EVERYTHING.hooks());
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void kubernetesKnowsEveryField(Chart.Manifest manifest) throws JsonProcessingException {
    JsonNode tree = manifest.tree();
    if (manifest.kind().equals("VolumeSnapshotClass")) {
      // There is no model of it in a version that is served.
      assertThat(STRICT.treeToValue(tree, VolumeSnapshotClass.class).driver())
          .isEqualTo("udisk.csi.ucloud.cn");
      return;
    }
    Class<? extends KubernetesResource> type =
        new KubernetesSerialization()
            .getRegisteredKubernetesResource(tree.path("apiVersion").asText(), manifest.kind());
    assertThat(type).as("the type of %s", manifest.kind()).isNotNull();
    assertThat(STRICT.treeToValue(tree, type)).isNotNull();
  }

  @Test
  void kubernetesKnowsEveryFieldOfThePodThatIsMadeForOneAnswer() throws JsonProcessingException {
    for (Chart.Manifest manifest : all()) {
      if (manifest.kind().equals("ConfigMap") && manifest.name().equals("csi-udisk-admin")) {
        JsonNode pod = Chart.tree(manifest.tree().at("/data/pod.yaml").asText());
        assertThat(STRICT.treeToValue(pod, io.fabric8.kubernetes.api.model.Pod.class)).isNotNull();
        assertThat(pod.at("/metadata/name").asText()).isEqualTo("csi-udisk-admin-NAME");
      }
    }
    assertThat(all()).filteredOn(one -> one.name().equals("csi-udisk-admin")).hasSize(4);
  }

  record VolumeSnapshotClass(
      String apiVersion,
      String kind,
      ObjectMeta metadata,
      String driver,
      String deletionPolicy,
      Map<String, String> parameters) {}

  @Test
  void theCheckOfFieldsWouldFindOneThatIsUnknown() {
    JsonNode wrong =
        Chart.tree(
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}, automountToken: false}");
    assertThatThrownBy(
            () -> STRICT.treeToValue(wrong, io.fabric8.kubernetes.api.model.ServiceAccount.class))
        .hasMessageContaining("automountToken");
  }
}
