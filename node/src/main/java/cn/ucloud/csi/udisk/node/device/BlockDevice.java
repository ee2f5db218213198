package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import cn.ucloud.csi.udisk.node.sysfs.DeviceNumber;
import java.nio.file.Path;

/**
 * A whole disk of this host.
 *
 * @param node the device file; checked to be this very device when it was found
 * @param bytes the size the kernel sees
 */
public record BlockDevice(Path node, DeviceIdentity identity, long bytes) {

  public DeviceNumber number() {
    return identity.number();
  }

  @Override
  public String toString() {
    return node + " " + identity;
  }
}
