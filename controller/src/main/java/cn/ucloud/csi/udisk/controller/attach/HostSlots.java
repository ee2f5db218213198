package cn.ucloud.csi.udisk.controller.attach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The disks that are being attached to and detached from one host, and those that wait for it. */
final class HostSlots {
  /** A disk that takes longer no longer keeps others waiting: one bad disk blocks nobody. */
  static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

  /** More than a host can have disks. */
  private static final int UNLIMITED = 32;

  private static final int FIRST_PATIENCE = 20;
  private static final int LONGEST_PATIENCE = 1280;

  private final List<Long> inside = new ArrayList<>();
  private int places = UNLIMITED;
  private int acceptedInARow;

  /** How many orders must be accepted in a row before one place more is tried. */
  private int patience = FIRST_PATIENCE;

  private int waiting;
  private int detachesWaiting;

  synchronized void startWaiting(boolean isDetach) {
    waiting++;
    detachesWaiting += isDetach ? 1 : 0;
  }

  synchronized void stopWaiting(boolean isDetach) {
    waiting--;
    detachesWaiting -= isDetach ? 1 : 0;
  }

  synchronized boolean tryEnter(boolean isDetach, long now) {
    long busy = inside.stream().filter(since -> now - since < LONGEST_HOLD.toNanos()).count();
    if (busy >= places || (!isDetach && detachesWaiting > 0)) {
      return false;
    }
    inside.add(now);
    return true;
  }

  synchronized void leave(long since) {
    inside.remove(since);
  }

  synchronized void accepted() {
    acceptedInARow++;
    if (places < UNLIMITED && acceptedInARow >= patience) {
      places++;
      acceptedInARow = 0;
    }
  }

  /** The host takes one at a time. Each time that shows again, the next try is later. */
  synchronized void refused() {
    if (places < UNLIMITED && places > 1) {
      patience = Math.min(LONGEST_PATIENCE, patience * 2);
    }
    places = 1;
    acceptedInARow = 0;
  }

  synchronized int places() {
    return places;
  }

  synchronized int waiting() {
    return waiting;
  }
}
