package cn.ucloud.csi.udisk.orchestrator.demo.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.demo.process.ProcessTable.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: reads /proc")
class ProcessLedgerTest {
  private static final List<String> WAIT = List.of("sleep", "600");

  @TempDir Path directory;
  Path file;
  ProcessLedger ledger;

  @BeforeEach
  void newLedger() {
    file = directory.resolve("processes");
    ledger = new ProcessLedger(file, Duration.ofMillis(200));
  }

  @Test
  void processesAreKnownByTheirLastPid() throws IOException {
    Process process = started(ledger.entering(WAIT));

    await().until(() -> ledger.living().stream().anyMatch(e -> e.pid() == process.pid()));
    assertThat(ledger.living()).hasSize(1);
    ledger.endAll();

    await().until(() -> !process.isAlive());
    assertThat(ledger.living()).isEmpty();
  }

  @Test
  void descendantsEndTooAlsoWhenTheirParentIsDead() throws IOException {
    Process parent = started(ledger.entering(List.of("sh", "-c", "sleep 600 & sleep 600 & wait")));
    await().until(() -> ledger.living().size() == 3);

    parent.destroyForcibly();
    await().until(() -> ledger.living().size() == 2);
    ledger.endAll();

    assertThat(ledger.living()).isEmpty();
  }

  @Test
  void processesThatIgnoreTheRequestAreEndedByForce() throws IOException {
    Process process =
        started(ledger.entering(List.of("sh", "-c", "trap '' TERM; touch ready; sleep 600")));
    await().until(() -> Files.exists(directory.resolve("ready")));

    ledger.endAll();

    await().until(() -> !process.isAlive());
  }

  @Test
  void processThatGotThePidLaterIsNotTouched() throws IOException {
    Process stranger = started(WAIT);
    try {
      Entry itself =
          ProcessTable.read().entries().stream()
              .filter(e -> e.pid() == stranger.pid())
              .findFirst()
              .orElseThrow();
      Files.writeString(file, "%d %d%n".formatted(itself.pid(), itself.startTime() - 1));

      ledger.endAll();

      assertThat(ledger.living()).isEmpty();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void halfALineIsNoProcess() throws IOException {
    Files.writeString(file, "12 \n", StandardOpenOption.CREATE);

    assertThat(ledger.living()).isEmpty();
  }

  private Process started(List<String> command) throws IOException {
    return new ProcessBuilder(command).directory(directory.toFile()).start();
  }
}
