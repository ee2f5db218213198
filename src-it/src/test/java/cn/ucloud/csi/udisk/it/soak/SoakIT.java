package cn.ucloud.csi.udisk.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.bench.Figure;
import cn.ucloud.csi.udisk.it.bench.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The soak for a minute: nothing is lost or left. Too short to say whether a process grows. */
class SoakIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  @Test
  void nothingIsLostOrLeftWhateverGoesWrong() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Report report;
    try (Soak soak = new Soak(directory.toRealPath(), seed)) {
      soak.run(Duration.ofSeconds(40));
      report = soak.report();
    }
    assertThat(figures(report, " between rounds"))
        .hasSize(5)
        .allSatisfy(figure -> assertThat(figure.verdict()).isEqualTo("met"));
    for (String measure : List.of("RSS", "live heap", "descriptors", "threads")) {
      assertThat(figures(report, ": " + measure)).as(measure).hasSize(4);
    }
  }

  private static List<Figure> figures(Report report, String end) {
    return report.figures().stream().filter(figure -> figure.what().endsWith(end)).toList();
  }
}
