package cn.ucloud.csi.udisk.controller.kube.lease;

import java.time.Duration;
import java.time.Instant;

/**
 * What the lease says.
 *
 * @param version changes with every write, whoever writes
 * @param holder the process that may act; empty once it has given the lease back
 * @param duration for which the holder may count on it after a write
 * @param acquired when the holder got it, by the holder's clock: for people
 * @param transitions how often it has changed hands
 */
public record LeaseState(
    String version, String holder, Duration duration, Instant acquired, int transitions) {

  boolean isHeldBy(String process) {
    return holder.equals(process);
  }

  public boolean isGivenBack() {
    return holder.isEmpty();
  }
}
