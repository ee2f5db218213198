package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Waits until something may have changed among the devices.
 *
 * <p>devtmpfs tells inotify about new nodes within milliseconds; sysfs tells it nothing, and a host
 * may be out of inotify instances. So there is a slow poll behind it.
 */
final class DeviceEvents implements AutoCloseable {
  /** How long an event that did not come can hold up a device that did. */
  static final Duration SLOW = Duration.ofSeconds(1);

  private final @Nullable WatchService watch;
  private final Duration poll;

  private DeviceEvents(@Nullable WatchService watch, Duration poll) {
    this.watch = watch;
    this.poll = poll;
  }

  static DeviceEvents in(List<Path> directories, Duration poll) {
    DeviceEvents arrival;
    try {
      arrival = new DeviceEvents(FileSystems.getDefault().newWatchService(), poll);
    } catch (IOException _) {
      return new DeviceEvents(null, poll);
    }
    directories.forEach(arrival::add);
    return arrival;
  }

  private void add(Path directory) {
    if (watch == null) {
      return;
    }
    try {
      directory.register(
          watch,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException _) {
      // The poll is there for a directory that cannot be watched.
    }
  }

  /** Returns when something happened, or it is time to look again, or after {@code atMost}. */
  void await(Duration atMost) {
    long nanos = Math.min(poll.toNanos(), atMost.toNanos());
    try {
      if (watch == null) {
        TimeUnit.NANOSECONDS.sleep(nanos);
        return;
      }
      WatchKey key = watch.poll(nanos, TimeUnit.NANOSECONDS);
      if (key != null) {
        key.pollEvents();
        key.reset();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("waiting for a device was interrupted", e);
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      try {
        watch.close();
      } catch (IOException _) {
        // Closing an inotify descriptor cannot leave anything behind.
      }
    }
  }
}
