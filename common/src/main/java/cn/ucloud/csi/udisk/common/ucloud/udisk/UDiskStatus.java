package cn.ucloud.csi.udisk.common.ucloud.udisk;

import java.util.Arrays;
import java.util.Locale;

/** A disk's Status (UCloud API, DescribeUDisk). */
public enum UDiskStatus {
  AVAILABLE,
  ATTACHING,
  INUSE,
  DETACHING,
  /** The API spells it so. */
  INITIALIZATING,
  INITIALIZING,
  FAILED,
  CLONING,
  RESTORING,
  RESTOREFAILED,
  /** A status this driver does not know; nothing is concluded from it. */
  UNKNOWN;

  static UDiskStatus of(String text) {
    return Arrays.stream(values())
        .filter(status -> status.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** Being made: not yet usable, and soon will be. */
  public boolean isBeingMade() {
    return this == INITIALIZATING || this == INITIALIZING || this == CLONING;
  }
}
