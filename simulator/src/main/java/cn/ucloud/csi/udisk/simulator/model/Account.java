package cn.ucloud.csi.udisk.simulator.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the account may have and pay for.
 *
 * @param diskQuota how many data disks there may be
 * @param balanceEmpty whether every order is refused for want of money
 * @param soldOut {@code zone/type} pairs that cannot be had
 */
@RecordBuilder
public record Account(int diskQuota, boolean balanceEmpty, Set<String> soldOut)
    implements AccountBuilder.With {

  public Account withSoldOut(String zone, DiskType type, boolean isSoldOut) {
    Set<String> changed = new TreeSet<>(soldOut);
    if (isSoldOut) {
      changed.add(key(zone, type));
    } else {
      changed.remove(key(zone, type));
    }
    return withSoldOut(changed);
  }

  public boolean isSoldOut(String zone, DiskType type) {
    return soldOut.contains(key(zone, type));
  }

  private static String key(String zone, DiskType type) {
    return zone + "/" + type.dataDiskName();
  }
}
