package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The workflow that nobody can run here does what docs/e2e.md says, with what is in the tree. */
class E2eWorkflowTest {
  private static final JsonNode CLUSTER = tree("deploy/e2e/kind.yaml");
  private static final List<String> BLOCKS =
      CodeBlock.of("docs/e2e.md").stream().map(block -> block.text().strip()).toList();

  private static JsonNode tree(String file) {
    return Chart.tree(Chart.read(Chart.DIRECTORY.resolve("../..").resolve(file)));
  }

  @Test
  void itsCommandsAreThoseOfThePage() {
    List<String> steps = new ArrayList<>();
    for (JsonNode step : tree(".github/workflows/e2e.yml").at("/jobs/kind/steps")) {
      if (step.has("run")) {
        steps.add(step.path("run").asText().strip());
      }
    }
    assertThat(steps).isEqualTo(BLOCKS);
  }

  @Test
  void eachNodeIsAHostOfTheRegionAndSeesItsDirectory() {
    Set<String> nodes = new TreeSet<>();
    for (JsonNode node : CLUSTER.path("nodes")) {
      long before =
          nodes.stream().filter(name -> name.contains(node.path("role").asText())).count();
      nodes.add(
          CLUSTER.path("name").asText()
              + "-"
              + node.path("role").asText()
              + (before == 0 ? "" : Long.toString(before + 1)));
      assertThat(node.at("/extraMounts/0/hostPath"))
          .isEqualTo(node.at("/extraMounts/0/containerPath"));
      assertThat(command("docker run"))
          .contains("--state-dir " + node.at("/extraMounts/0/hostPath").asText() + " ");
    }
    assertThat(found("id=(uhost-[a-z0-9-]+)", command("docker run"))).isEqualTo(nodes);
  }

  @Test
  void theChartIsRenderedForThatRegion() {
    Chart chart = Chart.onNewest().with(Chart.read(Chart.DIRECTORY.resolve("../e2e/values.yaml")));
    String node = String.join("\n", Chart.args(chart.node(), "csi-udisk"));
    String region = CLUSTER.at("/nodes/0/extraMounts/0/hostPath").asText();
    assertThat(node)
        .contains(
            "--sysfs-root=" + region + "/hosts/$(KUBE_NODE_NAME)/sys",
            "--dev-root=" + region + "/hosts/$(KUBE_NODE_NAME)/dev",
            "--metadata-url=http://udisk-region:8080/hosts/$(KUBE_NODE_NAME)");
    assertThat(
            Chart.container(chart.node(), "csi-udisk")
                .path("volumeMounts")
                .findValuesAsText("mountPath"))
        .contains(region);
    assertThat(command("docker run")).contains("--name udisk-region ");
    assertThat(command("secret generic"))
        .contains(
            "generic " + Chart.tree(chart.values()).at("/credentials/secretName").asText() + " ");
  }

  private static String command(String words) {
    return BLOCKS.stream().filter(block -> block.contains(words)).collect(Collectors.joining("\n"));
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> String.valueOf(match.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
