package cn.ucloud.csi.udisk.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.node.fixture.Shell;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Children that make the system calls, and what becomes of calls whose child is killed. */
final class CallProcessTest {
  @TempDir private Path directory;

  @Test
  void callWhoseChildIsKilledIsUncertainAndTheNextIsMadeByAnother() throws Exception {
    Path pipe = directory.resolve("pipe");
    Shell.run("mkfifo", pipe);
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<OpenFile> hanging = threads.submit(() -> OpenFile.read(pipe));
      ProcessHandle child =
          Awaitility.await().until(() -> inOpen().findFirst(), Optional::isPresent).orElseThrow();
      child.destroyForcibly();
      assertThatThrownBy(hanging::get).hasCauseInstanceOf(OutcomeUnknown.class);
      Future<Space> next = threads.submit(() -> Space.at(directory));
      assertThat(next.get().totalBytes()).isPositive();
    }
  }

  /** Who opens a pipe that nobody writes to can be killed, unlike who opens a disk that hangs. */
  private static Stream<ProcessHandle> inOpen() {
    return ProcessHandle.current()
        .children()
        .filter(child ->
            Shell.tryRun("cat", "/proc/" + child.pid() + "/wchan").output().contains("partner"));
  }

  /** What a killed process has asked for is not done after its successor has begun its work. */
  @Test
  void childWhoseParentIsDeadMakesNoCall() throws Exception {
    String script;
    try (InputStream source = CallProcess.class.getResourceAsStream("system-calls.pl")) {
      script = new String(source.readAllBytes(), StandardCharsets.UTF_8);
    }
    Process orphan = new ProcessBuilder("perl", "-e", script, "1").start();
    try (DataOutputStream requests = new DataOutputStream(orphan.getOutputStream())) {
      byte[] read = {'i', 0, 0, 0, 1, '0'};
      requests.writeInt(read.length);
      requests.write(read);
      requests.flush();
      assertThat(orphan.getInputStream().readAllBytes()).isEmpty();
    } catch (IOException _) {
      // It has ended already.
    }
    assertThat(orphan.waitFor()).isZero();
  }

  @Test
  void bytesComeAsTheyAreAndZerosAreRecognised() throws Exception {
    byte[] bytes = new byte[3 * OpenFile.MOST_BYTES];
    for (int i = OpenFile.MOST_BYTES; i < OpenFile.MOST_BYTES + 256; i++) {
      bytes[i] = (byte) i;
    }
    Path file = Files.write(directory.resolve("bytes"), bytes);
    try (OpenFile open = OpenFile.write(file)) {
      assertThat(open.bytes()).isEqualTo(bytes.length);
      assertThat(open.findNonZero(0, OpenFile.MOST_BYTES)).isEmpty();
      assertThat(open.findNonZero(OpenFile.MOST_BYTES, OpenFile.MOST_BYTES))
          .hasValue(OpenFile.MOST_BYTES + 1);
      assertThat(open.at(OpenFile.MOST_BYTES, OpenFile.MOST_BYTES).array())
          .isEqualTo(Arrays.copyOfRange(bytes, OpenFile.MOST_BYTES, 2 * OpenFile.MOST_BYTES));
      open.writeAt(7, new byte[] {0, -1, '\n'});
      open.sync();
      assertThat(open.at(6, 4).array()).isEqualTo(new byte[] {0, 0, -1, '\n'});
      assertThatThrownBy(() -> open.at(bytes.length - 1, 2)).hasMessageContaining("it ends at");
    }
    assertThatThrownBy(() -> OpenFile.read(directory.resolve("absent")))
        .isInstanceOf(FailedCall.class)
        .hasMessage("ENOENT (does not exist)");
  }
}
