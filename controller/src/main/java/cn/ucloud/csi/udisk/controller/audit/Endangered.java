package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Disks of this cluster that the cloud will destroy, or that cannot be read.
 *
 * @param expiring paid for no longer than {@link Standing#NOTICE}, the first to end first
 * @param expired unpaid, and not destroyed yet
 * @param locked encrypted with a key that cannot be used
 */
public record Endangered(List<Expiring> expiring, List<UDisk> expired, List<UDisk> locked) {
  /** A disk and the whole days that are left, 0 for less than one. */
  public record Expiring(UDisk disk, int daysLeft) {}

  static Endangered among(List<UDisk> disks, Instant now) {
    return new Endangered(
        disks.stream()
            .filter(disk -> !disk.standing().isExpired())
            .flatMap(disk ->
                disk.standing().paidUntil().stream()
                    .filter(end -> end.isBefore(now.plus(Standing.NOTICE)))
                    .map(end -> new Expiring(disk, daysUntil(end, now))))
            .sorted(Comparator.comparingInt(Expiring::daysLeft))
            .toList(),
        disks.stream().filter(disk -> disk.standing().isExpired()).toList(),
        disks.stream().filter(disk -> disk.standing().keyProblem().isPresent()).toList());
  }

  /** None for an end that has passed: the cloud has not marked the disk yet. */
  private static int daysUntil(Instant end, Instant now) {
    return (int) Math.max(0, Duration.between(now, end).toDays());
  }

  /** How many are paid for less than so many days more. */
  public long within(int days) {
    return expiring.stream().filter(disk -> disk.daysLeft < days).count();
  }
}
