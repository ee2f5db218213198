package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Disk;
import java.util.Optional;

/** A disk that nobody has, without which no volume is made of it. */
final class FreeDisk {
  private FreeDisk() {}

  /**
   * Why it is none; empty if it is one.
   *
   * @param read empty if it could not be read
   */
  static Optional<Decision> refusal(String id, Optional<Disk> read) {
    if (read.isEmpty()) {
      return Optional.of(Decision.refused("disk.notRead", id));
    }
    Disk disk = read.get();
    if (!disk.exists()) {
      return Optional.of(Decision.refused("disk.gone", id));
    }
    if (disk.isSystemDisk()) {
      return Optional.of(Decision.refused("disk.system", id));
    }
    return disk.isFree()
        ? Optional.empty()
        : Optional.of(Decision.refused("disk.busy", id, disk.status(), disk.host()));
  }
}
