package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.Bill;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.store.StateDirectory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is paid of each disk, and until when. One that is unpaid for ten days is destroyed. */
public final class Bills {
  /** For how long an unpaid disk is kept. */
  public static final Duration GRACE = Duration.ofDays(10);

  private static final String KIND = "bills";

  private final StateDirectory state;
  private final InstantSource clock;
  private final Map<String, Instant> paidUntil = new HashMap<>();
  private final Set<String> lockedDisks = new HashSet<>();

  Bills(StateDirectory state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
    state.readAll(KIND, Bill.class).forEach(bill -> paidUntil.put(bill.diskId(), bill.paidUntil()));
  }

  /** By the hour it is the end of this one, and goes on by itself. */
  public Instant paidUntil(Disk disk) {
    return Optional.ofNullable(paidUntil.get(disk.id()))
        .orElseGet(() ->
            switch (disk.order().chargeType()) {
              case "Month" -> disk.created().plus(Duration.ofDays(30));
              case "Year" -> disk.created().plus(Duration.ofDays(365));
              default -> clock.instant().plus(Duration.ofHours(1));
            });
  }

  /** Whether somebody has paid for the disk in the console. */
  boolean isByTheMonth(Disk disk) {
    return paidUntil.containsKey(disk.id());
  }

  public boolean isUnpaid(Disk disk) {
    return !paidUntil(disk).isAfter(clock.instant());
  }

  /** Whether somebody has disabled the key that the disk is encrypted with. */
  public boolean isLocked(Disk disk) {
    return lockedDisks.contains(disk.id());
  }

  void pay(String diskId, Instant until) {
    paidUntil.put(diskId, until);
    state.write(KIND, diskId, new Bill(diskId, until));
  }

  void lock(String diskId, boolean isLocked) {
    if (isLocked) {
      lockedDisks.add(diskId);
    } else {
      lockedDisks.remove(diskId);
    }
  }
}
