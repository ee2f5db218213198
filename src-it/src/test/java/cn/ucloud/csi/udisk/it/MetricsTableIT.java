package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.MetricsPage.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/metrics.md} and {@code /metrics} of running processes say the same. */
class MetricsTableIT {
  private static final Path TABLES = Path.of("../docs/metrics.md");

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path directory;

  private static MetricsPage controller;
  private static MetricsPage node;
  private static String volume;

  @BeforeAll
  static void useEverything() throws IOException {
    MeasuredCluster measured = MeasuredCluster.read(directory);
    controller = measured.controller();
    node = measured.node();
    volume = measured.volume();
  }

  @Test
  void theControllerShowsWhatTheTablesSayAndNothingElse() {
    assertThat(controller.metrics())
        .isEqualTo(documented("Both processes", "Controller"))
        .hasSizeGreaterThan(10);
  }

  @Test
  void theNodeShowsWhatTheTablesSayAndNothingElse() {
    assertThat(node.metrics())
        .isEqualTo(documented("Both processes", "Node"))
        .hasSizeGreaterThan(4);
  }

  @Test
  void whatWasDoneIsCounted() {
    assertThat(controller.text())
        .contains("udisk_acting 1.0\n")
        .contains("udisk_operation_seconds_count{kind=\"create\"} 1\n")
        .contains("udisk_operation_seconds_count{kind=\"expand\"} 0\n")
        .contains("udisk_api_request_seconds_count{action=\"CreateUDisk\",outcome=\"0\"} 1\n")
        .contains("udisk_operation_part_seconds_total{kind=\"delete\",part=\"queue\"} 0.0\n");
    assertThat(node.text())
        .contains("udisk_operations_in_flight{kind=\"stage\"} 0.0\n")
        .contains(
            "udisk_volume_info{claim=\"measured\",claim_namespace=\"default\",persistent_volume=\"")
        .contains("udisk_volume_in_flight{volume=\"" + volume + "\"} 0.0\n")
        .contains("udisk_volume_stopped{volume=\"" + volume + "\"} 0.0\n")
        .contains("udisk_volume_bytes_total{direction=\"read\",volume=\"" + volume + "\"} ");
  }

  /** As `docs/metrics.md` says what they cost. */
  @Test
  void aVolumeHasElevenSeries() {
    assertThat(node.text().lines().filter(line -> line.contains("volume=\"" + volume + "\"")))
        .hasSize(11);
  }

  private static Set<Metric> documented(String... headings) {
    Set<Metric> all = new HashSet<>();
    for (String heading : headings) {
      text()
          .lines()
          .dropWhile(line -> !line.equals("## " + heading))
          .skip(1)
          .takeWhile(line -> !line.startsWith("## "))
          .filter(line -> line.startsWith("| `"))
          .map(MetricsTableIT::row)
          .forEach(all::add);
    }
    return all;
  }

  private static Metric row(String line) {
    List<String> cells =
        Arrays.stream(line.replace("`", "").split("\\|")).map(String::strip).toList();
    assertThat(cells).as(line).hasSize(6);
    assertThat(cells.get(4)).as("the meaning of " + cells.get(1)).isNotEmpty();
    assertThat(cells.get(5)).as("the alert on " + cells.get(1)).isNotEmpty();
    return new Metric(
        cells.get(1),
        cells.get(2),
        Arrays.stream(cells.get(3).split(", "))
            .filter(label -> !label.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String text() {
    try {
      return Files.readString(TABLES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
