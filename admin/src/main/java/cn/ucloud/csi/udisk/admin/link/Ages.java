package cn.ucloud.csi.udisk.admin.link;

import java.time.Duration;
import java.time.Instant;

/** How long something lasts, as kubectl writes it. */
public final class Ages {
  private Ages() {}

  /** As in {@code 2d2h} or {@code 6m12s}; {@code -} for a moment that is not known. */
  public static String since(Instant moment, Instant now) {
    return moment.equals(Instant.EPOCH) ? "-" : of(Duration.between(moment, now));
  }

  /** As in {@code 6m12s}. */
  public static String of(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds >= 86400) {
      return seconds / 86400 + "d" + (seconds % 86400) / 3600 + "h";
    }
    if (seconds >= 3600) {
      return seconds / 3600 + "h" + (seconds % 3600) / 60 + "m";
    }
    return seconds >= 60 ? seconds / 60 + "m" + seconds % 60 + "s" : seconds + "s";
  }
}
