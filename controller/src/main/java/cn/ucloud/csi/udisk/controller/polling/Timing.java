package cn.ucloud.csi.udisk.controller.polling;

import java.time.Duration;

/**
 * How long things take in the cloud, as far as this driver relies on it.
 *
 * @param settle after which a request that was not answered has either been done and is shown, or
 *     never will be: the gateway's own time-out (60 s) and the lag of its listings
 * @param lag for which a read may show what was before, and so the part of {@code settle} that is
 *     not the gateway's
 * @param reaction after which an order that was accepted must have changed the disk's status
 * @param completion after which an order that has begun must be done
 * @param firstPoll and {@code longestPoll} the pauses between two looks at a disk, growing
 */
public record Timing(
    Duration settle,
    Duration lag,
    Duration reaction,
    Duration completion,
    Duration firstPoll,
    Duration longestPoll) {

  public static Timing withSettle(Duration settle) {
    return new Timing(
        settle,
        settle.dividedBy(5),
        Duration.ofSeconds(15),
        Duration.ofMinutes(5),
        Duration.ofMillis(200),
        Duration.ofSeconds(2));
  }
}
