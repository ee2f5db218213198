package cn.ucloud.csi.udisk.controller.model;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import java.util.Optional;

/**
 * How big a volume is to be.
 *
 * @param size the size that is made
 * @param requiredBytes and {@code limitBytes} what an existing disk must lie between
 */
public record Capacity(DiskSize size, long requiredBytes, Optional<Long> limitBytes) {

  /** Whether a disk of that size is big enough, however big it may be. */
  public boolean isReachedBy(DiskSize present) {
    return present.bytes() >= requiredBytes;
  }

  public boolean allows(DiskSize present) {
    return isReachedBy(present) && limitBytes.filter(limit -> present.bytes() > limit).isEmpty();
  }
}
