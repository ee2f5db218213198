package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the documents for admins. A shell reads each block; what it would call Helm and
 * kubectl with must name only what there is.
 */
class DocsCommandsTest {
  private static final List<String> PAGES =
      List.of(
          "README.md",
          "README.zh-CN.md",
          "docs/installation.md",
          "docs/zh/installation.md",
          "docs/migrate-from-csi-uk8s.md",
          "docs/zh/migrate-from-csi-uk8s.md",
          "docs/operations.md",
          "docs/zh/operations.md",
          "docs/pending.md",
          "docs/zh/pending.md");

  /** The flags of each command that the documents use; those of kubectl are about too much. */
  private static final Map<String, Set<String>> HELM =
      Map.of(
          "install", Set.of("--namespace", "--set"),
          "template", Set.of("--namespace", "--set", "--show-only"),
          "test", Set.of("--namespace", "--timeout", "--logs"),
          "upgrade", Set.of("--namespace", "--set", "--reset-then-reuse-values"),
          "uninstall", Set.of("--namespace"));

  private static final Set<String> KUBECTL =
      Set.of(
          "apply",
          "create",
          "delete",
          "describe",
          "exec",
          "get",
          "logs",
          "patch",
          "rollout",
          "scale",
          "taint",
          "udisk",
          "wait");

  private static final Pattern OURS = Pattern.compile("(\\w+)/(csi-udisk[a-z0-9-]*)");

  /** Of the closed driver, which is gone once ours is there. */
  private static final Set<String> THEIRS =
      Set.of("statefulset/csi-udisk-controller", "pod/csi-udisk-controller-0");

  static List<List<String>> helm() {
    return ShellBlocks.callsOf("helm", PAGES);
  }

  static List<List<String>> kubectl() {
    return ShellBlocks.callsOf("kubectl", PAGES);
  }

  @ParameterizedTest
  @MethodSource("helm")
  void helmIsGivenValuesThatTheChartHas(List<String> call) {
    assertThat(HELM).containsKey(call.getFirst());
    assertThat(call.stream().filter(word -> word.startsWith("--")))
        .isSubsetOf(HELM.get(call.getFirst()));
    assertThat(call).contains("udisk-csi").containsSubsequence("--namespace", "kube-system");
    if (!Set.of("uninstall", "test").contains(call.getFirst())) {
      assertThat(call).contains("deploy/chart");
      List<String> templates =
          Chart.onNewest().with(HelmCall.values(call).toString()).render().stream()
              .map(one -> "templates/" + one.template())
              .toList();
      assertThat(templates).containsAll(HelmCall.after("--show-only", call));
    }
  }

  @ParameterizedTest
  @MethodSource("kubectl")
  void kubectlIsAskedForWhatIsInstalled(List<String> call) {
    assertThat(call).containsAnyElementsOf(KUBECTL);
    List<Chart.Manifest> installed = Chart.onNewest().render();
    OURS.matcher(String.join(" ", call).replace("deploy/", "deployment/"))
        .results()
        .filter(found -> !THEIRS.contains(found.group()))
        .forEach(found ->
            assertThat(installed)
                .anyMatch(one ->
                    one.kind().equalsIgnoreCase(found.group(1))
                        && one.name().equals(found.group(2))));
    for (String selector : HelmCall.after("-l", call)) {
      assertThat(podLabels(installed))
          .anyMatch(labels -> labels.containsAll(List.of(selector.split(",", -1))));
    }
    assertThat(HelmCall.after("-c", call)).isSubsetOf("csi-udisk");
    for (String field : HelmCall.after("--field-selector", call)) {
      if (field.startsWith("reason=")) {
        assertThat(Arrays.stream(VolumeEvent.Reason.values()).map(VolumeEvent.Reason::word))
            .contains(field.substring("reason=".length()));
      }
    }
    for (String page : HelmCall.after("--raw", call)) {
      assertThat(page)
          .contains(":" + Chart.ownValues().at("/controller/httpPort").asInt() + "/proxy/readyz");
    }
  }

  private static List<Set<String>> podLabels(List<Chart.Manifest> installed) {
    return installed.stream()
        .map(one -> one.tree().at("/spec/template/metadata/labels"))
        .filter(JsonNode::isObject)
        .<Set<String>>map(labels -> {
          Set<String> pairs = new TreeSet<>();
          labels.properties().forEach(e -> pairs.add(e.getKey() + "=" + e.getValue().asText()));
          return pairs;
        })
        .toList();
  }

  /** Values that are named in a text, with or without what they are set to. */
  @ParameterizedTest
  @MethodSource("valuesInTexts")
  void valuesThatTextsNameAreInTheChart(String value) {
    JsonNode properties = Chart.schema();
    for (String key : value.split("=", 2)[0].split("\\.", -1)) {
      properties = properties.path("properties").path(key);
    }
    assertThat(properties.isObject()).as(value).isTrue();
  }

  static List<String> valuesInTexts() {
    Set<String> parts = new TreeSet<>();
    Chart.schema().path("properties").fieldNames().forEachRemaining(parts::add);
    Pattern named =
        Pattern.compile("`((?:" + String.join("|", parts) + ")\\.[A-Za-z]+(?:\\.[A-Za-z]+)*)[=`]");
    return Stream.concat(PAGES.stream(), Stream.of("docs/security.md", "docs/limitations.md"))
        .flatMap(
            page -> named.matcher(Chart.read(Chart.DIRECTORY.resolve("../../" + page))).results())
        .map(found -> found.group(1))
        .distinct()
        .toList();
  }

  @Test
  void theImageIsPushedUnderTheTagThatTheChartAsksFor() {
    JsonNode chart = Chart.tree(Chart.read(Chart.DIRECTORY.resolve("Chart.yaml")));
    assertThat(ShellBlocks.callsOf("docker", PAGES))
        .isNotEmpty()
        .containsOnly(List.of("push", "REGISTRY/udisk-csi:" + chart.path("appVersion").asText()));
  }

  @Test
  void whatIsToBeMadeIsInTheMakefile() {
    String makefile = Chart.read(Chart.DIRECTORY.resolve("../../Makefile"));
    assertThat(ShellBlocks.callsOf("make", PAGES))
        .isNotEmpty()
        .allMatch(call -> makefile.contains("\n" + String.join(" ", call) + ": ##"));
  }

  /** Flags and words alone: what would be asked of a cluster meets a closed door. */
  @ParameterizedTest
  @MethodSource("kubectl")
  void kubectlItselfUnderstandsThem(List<String> call) {
    if (!call.getFirst().equals("udisk")) {
      List<String> words = new ArrayList<>(List.of("kubectl", "--server=http://127.0.0.1:9"));
      words.addAll(call);
      assertThat(Shell.attempt("", words.toArray(String[]::new)).output())
          .doesNotContainIgnoringCase("unknown")
          .doesNotContain("for help", "for usage");
    }
  }

  static List<String> commands() {
    return Stream.of("helm", "kubectl", "docker", "make")
        .flatMap(program ->
            ShellBlocks.callsOf(program, PAGES).stream()
                .map(call -> program + " " + String.join(" ", call)))
        .distinct()
        .toList();
  }

  @Test
  void eachIsCarriedOutByATestOrItIsSaidWhyNot() throws IOException {
    Map<String, String> shown = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("src/test/resources/docs-commands.txt"))) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        String[] sides = line.split(" \\| ", 2);
        shown.put(sides[0], sides[1]);
      }
    }
    Set<String> used = new TreeSet<>();
    for (String command : commands()) {
      assertThat(shown.keySet()).anyMatch(command::startsWith);
      used.add(shown.keySet().stream().filter(command::startsWith).findFirst().orElseThrow());
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(shown.keySet());
    for (String how : shown.values()) {
      if (!how.startsWith("not: ")) {
        String[] test = how.split("\\.", 2);
        assertThat(sourceOf(test[0])).contains(test.length == 2 ? " " + test[1] + "(" : "Test\n");
      }
    }
  }

  private static String sourceOf(String test) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return Chart.read(
          files.filter(file -> file.endsWith(test + ".java")).findFirst().orElseThrow());
    }
  }

  @Test
  void theDocumentsAreFullOfThem() {
    assertThat(helm()).hasSizeGreaterThan(6);
    assertThat(kubectl()).hasSizeGreaterThan(40);
    assertThat(valuesInTexts()).hasSizeGreaterThan(10);
  }
}
