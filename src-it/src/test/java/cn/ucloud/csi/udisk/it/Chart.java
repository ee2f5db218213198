package cn.ucloud.csi.udisk.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Helm chart, rendered by Helm itself as a library.
 *
 * @param kubernetes the version of the cluster
 * @param values a values file; empty for the chart's own
 */
record Chart(String kubernetes, String values) {
  static final Path DIRECTORY = Path.of("../deploy/chart");

  /** The oldest and the newest Kubernetes that the chart is rendered for. */
  static final String OLDEST = "1.22.0";

  static final String NEWEST = "1.35.0";

  /** Every optional part, also those that else depend on what the cluster serves. */
  static final Chart EVERYTHING =
      onNewest()
          .with(
              """
              snapshots: {enabled: true}
              helmTest: {enabled: true}
              storageClasses: {default: ssd-csi-udisk, cmkId: key-abc}
              controller: {recoverStoppedHosts: true}
              monitoring: {serviceMonitor: true, prometheusRule: true, dashboard: true}
              """);

  private static final YAMLMapper YAML = new YAMLMapper();

  /** How {@link #hooks} calls the annotation that makes a hook of an object. */
  static final String HOOK = "helm.sh/hook-of-a-copy";

  private static final String SOURCE = "# Source: udisk-csi/templates/";

  static Chart onNewest() {
    return new Chart(NEWEST, "");
  }

  static Chart onOldest() {
    return new Chart(OLDEST, "");
  }

  Chart with(String yaml) {
    return new Chart(kubernetes, yaml);
  }

  /** One object of a rendering, and the template that it is from. */
  record Manifest(String template, String yaml, JsonNode tree) {
    String kind() {
      return tree.path("kind").asText();
    }

    String name() {
      return tree.path("metadata").path("name").asText();
    }
  }

  /**
   * Renders all templates, in the order in which Helm would send them.
   *
   * @throws IllegalStateException with Helm's message, if the values are refused
   */
  List<Manifest> render() {
    return render(DIRECTORY);
  }

  /**
   * What is there only while a hook runs, as {@code helm test}; Helm as a library renders none, and
   * so they are no hooks for it.
   */
  List<Manifest> hooks() {
    Path copy = Path.of("target/chart-without-hooks");
    try {
      try (Stream<Path> files = Files.walk(DIRECTORY)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path to = copy.resolve(DIRECTORY.relativize(file));
          Files.createDirectories(to.resolveSibling(""));
          Files.writeString(to, read(file).replace("helm.sh/hook:", HOOK + ":"));
        }
      }
      return render(copy).stream().filter(one -> one.template().startsWith("tests/")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Manifest> render(Path directory) {
    return withValuesFile(file -> {
      TemplateCommand command =
          new Helm(directory)
              .template()
              .withName("udisk-csi")
              .withNamespace("kube-system")
              .withKubeVersion(kubernetes);
      return split((file == null ? command : command.withValuesFile(file)).call());
    });
  }

  /**
   * As {@code helm install} does it: what the cluster serves decides, and gets what is rendered.
   *
   * @throws IllegalStateException with Helm's message, if it refuses or is refused
   */
  void install(ServedApis cluster) {
    install(DIRECTORY, cluster);
  }

  /** The same with another chart, as an older one. */
  void install(Path chart, ServedApis cluster) {
    withValuesFile(file -> {
      InstallCommand command =
          new Helm(chart)
              .install()
              .withName("udisk-csi")
              .withNamespace("kube-system")
              .withKubeConfigContents(cluster.kubeconfig())
              .disableOpenApiValidation();
      return (file == null ? command : command.withValuesFile(file)).call();
    });
  }

  /** What becomes of the values of the release before. */
  enum OldValues {
    RESET,
    RESET_THEN_REUSE,
    REUSE
  }

  /**
   * As {@code helm upgrade} does it, with these values beside those that the release has.
   *
   * @throws IllegalStateException with Helm's message, if it refuses or is refused
   */
  void upgrade(ServedApis cluster, OldValues old) {
    withValuesFile(file -> {
      UpgradeCommand command =
          new Helm(DIRECTORY)
              .upgrade()
              .withName("udisk-csi")
              .withNamespace("kube-system")
              .withKubeConfigContents(cluster.kubeconfig())
              .disableOpenApiValidation();
      UpgradeCommand kept =
          switch (old) {
            case RESET -> command.resetValues();
            case RESET_THEN_REUSE -> command.resetThenReuseValues();
            case REUSE -> command.reuseValues();
          };
      return (file == null ? kept : kept.withValuesFile(file)).call();
    });
  }

  static void uninstall(ServedApis cluster) {
    var _ =
        Helm.uninstall("udisk-csi")
            .withNamespace("kube-system")
            .withKubeConfigContents(cluster.kubeconfig())
            .call();
  }

  private <T> T withValuesFile(Function<@Nullable Path, T> use) {
    Path file = null;
    try {
      if (!values.isEmpty()) {
        file = Files.writeString(Files.createTempFile("values", ".yaml"), values);
      }
      return use.apply(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(file);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Manifest> split(String rendered) {
    List<Manifest> manifests = new ArrayList<>();
    for (String part : rendered.split("(?m)^---$", -1)) {
      int source = part.indexOf(SOURCE);
      if (source >= 0) {
        String[] lines = part.substring(source + SOURCE.length()).split("\n", 2);
        String yaml = lines[1].strip() + "\n";
        JsonNode tree = tree(yaml);
        if (tree.isObject()) {
          manifests.add(new Manifest(lines[0], yaml, tree));
        }
      }
    }
    return manifests;
  }

  /** The one object of this kind and name. */
  JsonNode find(String kind, String name) {
    List<Manifest> found =
        render().stream().filter(m -> m.kind().equals(kind) && m.name().equals(name)).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects are " + kind + " " + name);
    }
    return found.getFirst().tree();
  }

  JsonNode controller() {
    return find("Deployment", "csi-udisk-controller").at("/spec/template/spec");
  }

  /** The pod that {@code kubectl udisk --pod} makes. */
  JsonNode adminPod() {
    return tree(find("ConfigMap", "csi-udisk-admin").at("/data/pod.yaml").asText()).path("spec");
  }

  JsonNode node() {
    return find("DaemonSet", "csi-udisk").at("/spec/template/spec");
  }

  /** The arguments of one container. */
  static List<String> args(JsonNode pod, String container) {
    List<String> args = new ArrayList<>();
    container(pod, container).path("args").forEach(arg -> args.add(arg.asText()));
    return args;
  }

  static JsonNode container(JsonNode pod, String name) {
    return pod.path("containers")
        .valueStream()
        .filter(container -> container.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no container " + name));
  }

  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  static JsonNode ownValues() {
    return tree(read(DIRECTORY.resolve("values.yaml")));
  }

  static JsonNode schema() {
    return tree(read(DIRECTORY.resolve("values.schema.json")));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON is YAML too. */
  static JsonNode tree(String yaml) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(yaml)) {
      return documents.hasNext() ? documents.next() : YAML.missingNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
