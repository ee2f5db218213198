package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulatorMainTest {
  @TempDir Path stateDir;

  @Test
  void aFlagNobodyKnowsIsAnError() {
    StringWriter errors = new StringWriter();
    int exitCode =
        new CommandLine(new SimulatorMain())
            .setErr(new PrintWriter(errors))
            .execute("--state-dir", stateDir.toString(), "--atach-delay", "1s");
    assertThat(exitCode).isEqualTo(2);
    assertThat(errors.toString()).contains("--atach-delay");
  }

  @Test
  void oneStateDirectoryHasOneSimulator() {
    SimulatorConfig config = SimulatorConfig.defaults(stateDir);
    try (Simulator _ = Simulator.start(config)) {
      assertThatThrownBy(() -> Simulator.start(config)).hasMessageContaining("another simulator");
    }
    Simulator.start(config).close();
  }
}
