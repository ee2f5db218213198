package cn.ucloud.csi.udisk.it.e2e;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertAll;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is in deploy, before the API server of this very Kubernetes. */
class ManifestsE2e {
  private static final Path MANIFESTS = Path.of("..", "deploy", "manifests");

  @RegisterExtension final RealCluster cluster = new RealCluster();

  @Test
  void everyManifestAndExampleIsAcceptedStrictly() throws IOException {
    List<GenericKubernetesResource> items = new ArrayList<>();
    for (Path directory : List.of(MANIFESTS, MANIFESTS.resolve("everything"), Examples.DIRECTORY)) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file :
            files.filter(found -> found.toString().endsWith(".yaml")).sorted().toList()) {
          items.addAll(documents(Files.readString(file)));
        }
      }
    }
    assertAll(items.stream().map(item -> () -> tryOut(item)));
    cluster.say(items.size() + " objects are accepted");
  }

  private static List<GenericKubernetesResource> documents(String yaml) {
    return Arrays.stream(yaml.split("(?m)^---$"))
        .filter(document -> document.contains("kind:"))
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .filter(item -> !item.getKind().equals("Kustomization"))
        .toList();
  }

  /** Under a name that is free, so that nothing is compared with what is installed. */
  private void tryOut(GenericKubernetesResource item) {
    String what = item.getKind() + " " + item.getMetadata().getName();
    Optional<APIResource> type = findType(item);
    if (type.isEmpty()) {
      cluster.say(what + " is left out: the cluster has no " + item.getApiVersion());
      return;
    }
    item.getMetadata().setName(item.getMetadata().getName() + "-" + cluster.namespace());
    if (type.get().getNamespaced() && item.getMetadata().getNamespace() == null) {
      item.getMetadata().setNamespace(cluster.namespace());
    }
    assertThatCode(() ->
            cluster
                .client()
                .resource(item)
                .dryRun()
                .fieldValidation(Validation.STRICT)
                .fieldManager("udisk-csi-e2e")
                .serverSideApply())
        .as(what)
        .doesNotThrowAnyException();
  }

  private Optional<APIResource> findType(GenericKubernetesResource item) {
    return Optional.ofNullable(cluster.client().getApiResources(item.getApiVersion())).stream()
        .flatMap(found -> found.getResources().stream())
        .filter(found -> found.getKind().equals(item.getKind()))
        .findFirst();
  }

  @Test
  void aPodGetsADiskOfEachClassOfTheExamples() throws IOException {
    List<String> kinds = new ArrayList<>();
    for (StorageClass example : cluster.examples().classesOf("storage-classes.yaml")) {
      if (example.getParameters().containsKey("cmkId") && cluster.region().isEmpty()) {
        cluster.say(example.getMetadata().getName() + " is left out: its key is nobody's");
        continue;
      }
      example.getAllowedTopologies().stream()
          .flatMap(topology -> topology.getMatchLabelExpressions().stream())
          .forEach(label -> label.setValues(List.of(Nodes.zone(cluster.nodes().any()))));
      String kind = example.getMetadata().getName();
      cluster.create(kind, example);
      cluster.apply(Yaml.claim(kind, cluster.classOf(kind)));
      cluster.apply(Yaml.pod(kind, cluster.settings().image(), Yaml.ANYWHERE, Yaml.WAIT, kind));
      kinds.add(kind);
    }
    kinds.forEach(cluster.pods()::awaitReady);
  }
}
