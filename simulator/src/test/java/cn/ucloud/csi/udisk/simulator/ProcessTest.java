package cn.ucloud.csi.udisk.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.testing.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator as a process that is killed, stopped and started again. */
class ProcessTest {
  private static final String HOST = "id=uhost-a,zone=cn-bj2-02,machine-type=O,rdma=r1,ip=10.9.0.1";

  @TempDir Path stateDir;
  private @Nullable Process process;

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
    Loops.clean(stateDir);
  }

  @Test
  void aKilledSimulatorGoesOnWhereItWas() throws IOException, InterruptedException {
    TestClient first = serve("--attach-delay", "1500ms", "--host", HOST);
    String used = available(first, "used");
    String late = available(first, "late");
    first.call("AttachUDisk", "UDiskId", used, "HostId", "uhost-a");
    await().until(() -> first.status(used).equals("InUse"));
    first.call("AttachUDisk", "UDiskId", late, "HostId", "uhost-a");
    kill();
    TestClient second = serve("--host", HOST);
    assertThat(second.describe(late).path("Status").asText()).isIn("Attaching", "InUse");
    assertThat(second.status(used)).isEqualTo("InUse");
    assertThat(second.describe(used).path("DeviceName").asText()).isEqualTo("vdb");
    await().until(() -> second.status(late).equals("InUse"));
    assertThat(second.describe(late).path("DeviceName").asText()).isEqualTo("vdc");
    assertThat(second.describe(late).path("HostIP").asText()).isEqualTo("10.9.0.1");
  }

  @Test
  void loopDevicesOutliveAKillAndAreTakenUpAgain() throws IOException, InterruptedException {
    Loops.assumeTheyCanBeMade();
    TestClient first = serve("--hypervisor", "loop", "--host", HOST);
    String id = available(first, "one");
    first.call("AttachUDisk", "UDiskId", id, "HostId", "uhost-a");
    await().until(() -> first.status(id).equals("InUse"));
    List<String> loops = Loops.below(stateDir);
    Path described = stateDir.resolve("hosts/uhost-a/sys/block/vdb");
    Object before = Files.readAttributes(described, "unix:ino");
    kill();
    assertThat(Loops.below(stateDir)).hasSize(1).isEqualTo(loops);

    serve("--hypervisor", "loop", "--host", HOST);
    assertThat(Loops.below(stateDir)).isEqualTo(loops);
    assertThat(Files.readAttributes(described, "unix:ino")).as("untouched").isEqualTo(before);
    terminate();
    assertThat(Loops.below(stateDir)).isEmpty();
    assertThat(described).doesNotExist();

    TestClient third = serve("--hypervisor", "loop", "--host", HOST);
    assertThat(third.status(id)).isEqualTo("InUse");
    assertThat(described).isDirectory();
    assertThat(Loops.below(stateDir)).hasSize(1);
    kill();
    assertThat(run("--state-dir", stateDir.toString(), "--clean")).isZero();
    assertThat(Loops.below(stateDir)).isEmpty();
    assertThat(described).doesNotExist();
  }

  private TestClient serve(String... flags) throws IOException {
    List<String> command = command("--state-dir", stateDir.toString());
    command.addAll(List.of(flags));
    Process started =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process = started;
    BufferedReader output =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    String endpoint = Files.readString(awaitReady(output));
    assertThat(endpoint).matches("http://127\\.0\\.0\\.1:\\d+");
    return new TestClient(URI.create(endpoint));
  }

  /** The endpoint file is written before the line that says so. */
  private Path awaitReady(BufferedReader output) throws IOException {
    assertThat(output.readLine()).startsWith("simulator ready at http://127.0.0.1:");
    return stateDir.resolve("endpoint");
  }

  private static int run(String... flags) throws IOException, InterruptedException {
    Process shortLived =
        new ProcessBuilder(command(flags))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(shortLived.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    return shortLived.exitValue();
  }

  private static List<String> command(String... flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SimulatorMain.class.getName());
    command.addAll(List.of(flags));
    return command;
  }

  private static String available(TestClient client, String name) {
    String id = client.create(name);
    await().pollInterval(Duration.ofMillis(20)).until(() -> client.status(id).equals("Available"));
    return id;
  }

  private void kill() throws InterruptedException {
    running().destroyForcibly().waitFor(); // SIGKILL
  }

  private void terminate() throws InterruptedException {
    running().destroy(); // SIGTERM
    assertThat(running().waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private Process running() {
    if (process == null) {
      throw new IllegalStateException("nothing was started");
    }
    return process;
  }
}
