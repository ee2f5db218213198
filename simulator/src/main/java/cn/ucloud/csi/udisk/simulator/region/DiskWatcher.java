package cn.ucloud.csi.udisk.simulator.region;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import org.jspecify.annotations.Nullable;

/** Hears of everything that happens to disks, in its order. */
@FunctionalInterface
public interface DiskWatcher {
  /** The disk is so from now on; null means that it is gone. */
  void changed(String id, @Nullable Disk disk);
}
