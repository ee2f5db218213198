package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What alerts and dashboard ask for is what a controller and a node at work really show. */
class ChartMetricsIT {
  private static final Set<String> OF_PROMETHEUS = Set.of("up");
  private static final Set<String> LABELS_OF_SCRAPING = Set.of("job", "instance");
  private static final Set<String> WORDS =
      Set.of("by", "or", "and", "unless", "without", "on", "ignoring", "absent", "group_left");

  @TempDir private Path directory;

  @Test
  void everyMetricAndLabelThatIsAskedForExists() throws Exception {
    MeasuredCluster measured = MeasuredCluster.read(directory);
    String page = measured.controller().text() + measured.node().text();
    Set<String> series = matches(page, "(?m)^([a-z_]+)[ {]");
    Set<String> labels = matches(page, "[{,]([a-z_]+)=\"");
    assertThat(series).contains("udisk_acting", "udisk_api_request_seconds_bucket");
    List<String> questions = questions();
    assertThat(questions).hasSizeGreaterThan(20);
    for (String question : questions) {
      assertThat(metrics(question))
          .as(question)
          .isNotEmpty()
          .allMatch(name -> series.contains(name) || OF_PROMETHEUS.contains(name));
      assertThat(labels(question))
          .as(question)
          .allMatch(name -> labels.contains(name) || LABELS_OF_SCRAPING.contains(name));
    }
  }

  private static List<String> questions() {
    List<String> questions = new ArrayList<>();
    Chart.EVERYTHING
        .find("PrometheusRule", "udisk-csi")
        .findValues("expr")
        .forEach(expr -> questions.add(expr.asText()));
    JsonNode dashboard =
        Chart.tree(
            Chart.EVERYTHING
                .find("ConfigMap", "udisk-csi-dashboard")
                .path("data")
                .path("udisk-csi.json")
                .asText());
    dashboard.findValues("expr").forEach(expr -> questions.add(expr.asText()));
    return questions;
  }

  private static Set<String> metrics(String question) {
    String bare =
        question
            .replaceAll("\\{[^}]*}", "")
            .replaceAll("\\b(by|without|on|ignoring|group_left) *\\([^)]*\\)", "")
            .replaceAll("\\[[^]]*]", "");
    Set<String> names = matches(bare, "\\b([a-zA-Z_:][a-zA-Z0-9_:]*)\\b(?! *\\()");
    names.removeAll(WORDS);
    return names;
  }

  private static Set<String> labels(String question) {
    Set<String> labels = matches(question, "[{,] *([a-z_]+) *[!=]=?~?\"");
    for (String list : matches(question, "\\bby *\\(([^)]*)\\)")) {
      labels.addAll(List.of(list.split(", *", -1)));
    }
    return labels;
  }

  private static Set<String> matches(String text, String pattern) {
    Set<String> found = new HashSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
