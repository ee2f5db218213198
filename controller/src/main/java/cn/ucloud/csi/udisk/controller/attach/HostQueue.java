package cn.ucloud.csi.udisk.controller.attach;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.concurrent.TimeSpent;
import cn.ucloud.csi.udisk.common.concurrent.Waits;
import cn.ucloud.csi.udisk.common.error.DriverException.HostBusy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose turn it is to be attached to or detached from a host (decision 12). Some hosts take one
 * disk at a time and say so; they are remembered, and tried again with more after a while. What is
 * detached goes first.
 */
public final class HostQueue {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final Duration BETWEEN_ORDERS = Duration.ofSeconds(1);

  /** No moment at which anybody entered. */
  private static final long OUTSIDE = Long.MIN_VALUE;

  private final Map<String, HostSlots> hosts = new ConcurrentHashMap<>();
  private final TimeSource time;

  public HostQueue(TimeSource time) {
    this.time = time;
  }

  /** A place at the host; closed when the disk is where it should be, or has failed to be. */
  final class Place implements AutoCloseable {
    private final String host;
    private final HostSlots slots;
    private final boolean isDetach;
    private final Progress progress;
    private final long begun = time.now();
    private long since;

    private Place(String host, boolean isDetach, Progress progress) {
      this.host = host;
      this.slots = hosts.computeIfAbsent(host, _ -> new HostSlots());
      this.isDetach = isDetach;
      this.progress = progress;
      this.since = awaitPlace();
    }

    /**
     * Sends an order, again and again while the host is busy with other disks: it has done nothing
     * then. The place is given back meanwhile.
     *
     * @throws HostBusy if it is busy for longer than any disk takes
     */
    void order(Runnable order) {
      while (true) {
        try {
          order.run();
          slots.accepted();
          return;
        } catch (HostBusy e) {
          slots.refused();
          if (time.now() - begun > HostSlots.LONGEST_HOLD.multipliedBy(4).toNanos()) {
            throw e;
          }
          close();
          Waits.sleep(time, BETWEEN_ORDERS);
          since = awaitPlace();
        }
      }
    }

    private long awaitPlace() {
      progress.at("waiting for another disk of host " + host);
      slots.startWaiting(isDetach);
      long start = time.now();
      try {
        long now = start;
        while (!slots.tryEnter(isDetach, now)) {
          Waits.sleep(time, POLL_INTERVAL);
          now = time.now();
        }
        return now;
      } finally {
        slots.stopWaiting(isDetach);
        TimeSpent.on(TimeSpent.Part.QUEUE, Duration.ofNanos(time.now() - start));
      }
    }

    @Override
    public void close() {
      slots.leave(since);
      since = OUTSIDE;
    }
  }

  /** Waits for a place. Nothing has been sent yet, so the work can still be dropped. */
  Place enter(String host, boolean isDetach, Progress progress) {
    return new Place(host, isDetach, progress);
  }

  /** How many wait for a place, at all hosts. */
  public int waiting() {
    return hosts.values().stream().mapToInt(HostSlots::waiting).sum();
  }
}
