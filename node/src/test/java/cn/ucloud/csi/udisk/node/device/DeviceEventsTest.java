package cn.ucloud.csi.udisk.node.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends the wait for a device. Where it does not end, the time limit of the test does. */
final class DeviceEventsTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  @TempDir private Path dev;

  @Test
  void newDeviceFileEndsTheWaitWithoutAnyPoll() throws IOException {
    try (DeviceEvents arrival = DeviceEvents.in(List.of(dev), NEVER)) {
      Files.createFile(dev.resolve("vdb"));
      arrival.await(NEVER);
    }
    assertThat(dev.resolve("vdb")).exists();
  }

  @Test
  void deviceFileThatGoesEndsTheWaitWithoutAnyPoll() throws IOException {
    Files.createFile(dev.resolve("vdb"));
    try (DeviceEvents arrival = DeviceEvents.in(List.of(dev), NEVER)) {
      Files.delete(dev.resolve("vdb"));
      arrival.await(NEVER);
    }
    assertThat(dev.resolve("vdb")).doesNotExist();
  }

  @Test
  void pollEndsTheWaitWhereNothingCanBeWatched() {
    Path missing = dev.resolve("missing");
    try (DeviceEvents arrival = DeviceEvents.in(List.of(missing), AT_ONCE)) {
      arrival.await(NEVER);
    }
    assertThat(missing).doesNotExist();
  }

  @Test
  void waitEndsWhenTheCallerHasNoTimeLeft() {
    try (DeviceEvents arrival = DeviceEvents.in(List.of(dev), NEVER)) {
      arrival.await(AT_ONCE);
    }
    assertThat(dev).isEmptyDirectory();
  }
}
