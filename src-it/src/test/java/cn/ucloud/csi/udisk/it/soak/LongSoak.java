package cn.ucloud.csi.udisk.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.it.bench.Figure;
import cn.ucloud.csi.udisk.it.bench.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The soak for {@code SOAK_MINUTES}; what was read is in {@code target/soak.md}, whether it grew or
 * not.
 */
class LongSoak {
  private static final Duration TIME =
      Duration.ofMinutes(Long.parseLong(System.getenv().getOrDefault("SOAK_MINUTES", "60")));

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  @Test
  @Timeout(value = 2, unit = TimeUnit.DAYS)
  void nothingIsLostAndNothingGrows() throws Exception {
    long seed =
        Long.parseLong(System.getenv().getOrDefault("SOAK_SEED", Long.toString(System.nanoTime())));
    String head =
        "minutes: %d%nseed: %d%ndirectory: %s%n".formatted(TIME.toMinutes(), seed, directory);
    try (Soak soak = new Soak(directory.toRealPath(), seed)) {
      Report report;
      try {
        soak.run(TIME);
      } finally {
        report = soak.report();
        Files.writeString(Path.of("target/soak.md"), head + report.table());
      }
      assertThat(report.figures())
          .filteredOn(figure -> figure.verdict().equals("MISSED"))
          .extracting(Figure::what)
          .as("what has grown")
          .isEmpty();
    }
  }
}
