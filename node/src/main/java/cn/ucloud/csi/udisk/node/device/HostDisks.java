package cn.ucloud.csi.udisk.node.device;

/** Who knows which disks the cloud has attached to this host, and under which letters. */
public interface HostDisks {

  /**
   * Asks now; nothing is remembered between calls.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if the source cannot be
   *     asked
   */
  AttachedDisks read();
}
