package cn.ucloud.csi.udisk.simulator.hypervisor;

import java.nio.file.Path;

/**
 * One loop device that has a backing file.
 *
 * @param name for example {@code loop3}
 * @param backingFile the path as the kernel tells it; a deleted file has lost that mark here
 */
record Loop(String name, Path backingFile) {
  Path device() {
    return Path.of("/dev").resolve(name);
  }

  /** Where the kernel describes this device. */
  Path sysfs() {
    return Path.of("/sys/block").resolve(name);
  }
}
