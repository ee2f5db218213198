package cn.ucloud.csi.udisk.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** How long a stage call goes on after the device that it waits for has come. */
final class Arrivals {
  private final Path device;
  private final List<Duration> late = new ArrayList<>();
  private final Stopwatch there = new Stopwatch();

  Arrivals(Path device) {
    this.device = device;
  }

  /** Stages first and attaches then. */
  void late(Runnable stage, Runnable attach) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Long> staged =
          threads.submit(() -> {
            stage.run();
            return System.nanoTime();
          });
      TimeUnit.MILLISECONDS.sleep(100); // until the call waits
      Future<Long> arrived = threads.submit(this::awaitDevice);
      Future<?> attached = threads.submit(attach);
      late.add(Duration.ofNanos(Math.max(0, staged.get() - arrived.get())));
      attached.get();
    }
  }

  /** Stages when the device has been there for long. */
  void there(Runnable stage) {
    there.time("stage", stage);
  }

  private long awaitDevice() throws IOException, InterruptedException {
    while (!Files.exists(device)) {
      TimeUnit.MICROSECONDS.sleep(500);
    }
    return System.nanoTime();
  }

  void tell(Report report) {
    Samples whole = Samples.millis(late);
    Samples work = there.of("stage");
    report.add(
        "device arrival to the end of the wait",
        Math.max(0, whole.median() - work.median()),
        "ms",
        Target.atMost(20),
        "median %.1f ms (%s) from the device file to the answer of a raw NodeStage, less %.1f ms"
                .formatted(whole.median(), whole.spread(), work.median())
            + " (%s) of one whose device is there".formatted(work.spread()));
  }
}
