package cn.ucloud.csi.udisk.simulator.model;

import java.util.Set;
import java.util.TreeSet;

/**
 * What the account may have and pay for.
 *
 * @param diskQuota how many data disks there may be
 * @param balanceEmpty whether every order is refused for want of money
 * @param soldOut {@code zone/type} pairs that cannot be had
 */
public record Account(int diskQuota, boolean balanceEmpty, Set<String> soldOut) {

  public Account withDiskQuota(int newDiskQuota) {
    return new Account(newDiskQuota, balanceEmpty, soldOut);
  }

  public Account withBalanceEmpty(boolean newBalanceEmpty) {
    return new Account(diskQuota, newBalanceEmpty, soldOut);
  }

  public Account withSoldOut(String zone, DiskType type, boolean isSoldOut) {
    Set<String> changed = new TreeSet<>(soldOut);
    if (isSoldOut) {
      changed.add(key(zone, type));
    } else {
      changed.remove(key(zone, type));
    }
    return new Account(diskQuota, balanceEmpty, changed);
  }

  public boolean isSoldOut(String zone, DiskType type) {
    return soldOut.contains(key(zone, type));
  }

  private static String key(String zone, DiskType type) {
    return zone + "/" + type.dataDiskName();
  }
}
