package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import csi.v1.ListVolumesRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A controller that sees 192 processors, and volumes that come and go (known failure D5.31): what
 * they leave in its memory is counted in objects, after a full collection, and not in megabytes.
 */
class ChurnIT {
  private static final int PROCESSORS = 192;
  private static final int ROUND = 200;
  private static final int AT_ONCE = 16;

  /** Connections, timers and whatever else comes and goes by itself. */
  private static final int SLACK = ROUND / 4;

  private static final String OURS = "cn.ucloud.csi.udisk.";

  @TempDir private Path directory;
  private Sandbox sandbox;
  private int made;

  @BeforeEach
  void start() {
    sandbox =
        new Sandbox(directory, Duration.ofMillis(10), Duration.ZERO)
            .with("--log-level", "warn")
            .withVariable("JDK_JAVA_OPTIONS", "-XX:ActiveProcessorCount=" + PROCESSORS)
            .startController();
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void volumesThatAreGoneLeaveNothingInMemory() throws Exception {
    churn();
    list();
    Map<String, Long> before = objects();
    assertThat(before).isNotEmpty();
    churn();
    await()
        .pollInterval(Duration.ofSeconds(5))
        .untilAsserted(() -> {
          list();
          assertThat(more(before)).as("objects that %d more volumes left", ROUND).isEmpty();
        });
    assertThat(threads())
        .as("threads: a carrier for each processor")
        .isLessThan(PROCESSORS + SLACK);
    assertThat(sandbox.disks()).isEmpty();
  }

  /** As the attacher does every minute: what is newer than a list is kept until the next one. */
  private void list() {
    var _ =
        untilCertain(() ->
            sandbox
                .calls()
                .call(stub -> stub.listVolumes(ListVolumesRequest.getDefaultInstance())));
  }

  private Map<String, Long> more(Map<String, Long> before) throws IOException {
    Map<String, Long> more = new TreeMap<>();
    objects()
        .forEach((type, count) -> {
          long grown = count - before.getOrDefault(type, 0L);
          if (grown > SLACK) {
            more.put(type, grown);
          }
        });
    return more;
  }

  private void churn() throws Exception {
    List<Callable<Boolean>> lives =
        IntStream.range(0, ROUND)
            .<Callable<Boolean>>mapToObj(_ -> {
              String name = "pvc-" + ++made;
              return () -> live(name);
            })
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      assertThat(threads.invokeAll(lives)).allMatch(Future::resultNow);
    }
  }

  private boolean live(String name) {
    ControllerCalls calls = sandbox.calls();
    String volume = untilCertain(() -> calls.create(name)).getVolumeId();
    untilCertain(() -> calls.publish(volume, "uhost-a"));
    untilCertain(() -> calls.unpublish(volume, "uhost-a"));
    untilCertain(() -> calls.delete(volume));
    return true;
  }

  /** How many live objects of each class of ours there are. */
  private Map<String, Long> objects() throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(sandbox.controller().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    Map<String, Long> counts = new TreeMap<>();
    for (String line :
        new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length >= 4 && fields[3].startsWith(OURS)) {
        counts.put(fields[3], Long.parseLong(fields[1]));
      }
    }
    return counts;
  }

  private int threads() throws IOException {
    return Files.readAllLines(Path.of("/proc/%d/status".formatted(sandbox.controller().pid())))
        .stream()
        .filter(line -> line.startsWith("Threads:"))
        .map(line -> Integer.parseInt(line.substring("Threads:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }
}
