package cn.ucloud.csi.udisk.simulator.region;

import java.util.Set;
import java.util.stream.IntStream;

/** Device names of a guest: {@code vda} is the boot disk, data disks get the lowest free name. */
final class Letters {
  static final String BOOT = "vda";

  private Letters() {}

  static String lowestFree(Set<String> taken) {
    return IntStream.iterate(1, i -> i + 1)
        .mapToObj(Letters::name)
        .filter(name -> !taken.contains(name))
        .findFirst()
        .orElseThrow();
  }

  /** As the kernel counts: vda to vdz, then vdaa. */
  static String name(int index) {
    StringBuilder letters = new StringBuilder();
    for (int rest = index; rest >= 0; rest = rest / 26 - 1) {
      letters.insert(0, (char) ('a' + rest % 26));
    }
    return "vd" + letters;
  }
}
