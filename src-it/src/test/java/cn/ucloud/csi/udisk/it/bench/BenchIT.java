package cn.ucloud.csi.udisk.it.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That each scenario works, in its smallest size. What it measures then means nothing. */
class BenchIT {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node-footprint",
        "node-mounts",
        "many-mounts",
        "read-ahead",
        "lone-attach",
        "bad-host",
        "crowded-account",
        "many-copies",
        "storm",
        "cluster-size",
        "kubectl-udisk"
      })
  void itMeasures(String name) throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.exists(Path.of("/dev/loop-control")),
        "loop devices and mounts need root on Linux");
    Map<String, Scenario> scenarios = BenchMain.scenarios();
    assertThat(scenarios).hasSize(11);
    Report report = new Report();
    BenchMain.measure(scenarios.getOrDefault(name, (_, _, _) -> {}), Scale.SMOKE, report);
    Path json = directory.resolve("bench.json");
    report.write(json);
    assertThat(report.figures()).isNotEmpty();
    assertThat(report.figures()).allSatisfy(f -> assertThat(f.value()).isFinite());
    assertThat(report.table()).contains("| how |", report.figures().getFirst().what());
    assertThat(json).content().contains("\"kernel\"", report.figures().getLast().how());
  }

  @Test
  void aFigureSaysWhetherItsAimIsMet() {
    assertThat(new Figure("a", 2, "ms", Target.atMost(2), "").verdict()).isEqualTo("met");
    assertThat(new Figure("a", 2.1, "ms", Target.atMost(2), "").verdict()).isEqualTo("MISSED");
    assertThat(new Figure("a", 89, "%", Target.atLeast(90), "").verdict()).isEqualTo("MISSED");
    assertThat(new Figure("a", 1, "ms", Target.NONE, "").verdict()).isEmpty();
  }
}
