package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Optional;

/** Who knows which letter the cloud gave a disk on this host, if the publish context does not. */
public interface DiskLetters {

  /**
   * Empty if this source does not list the disk, which does not prove that it is not attached.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if the source cannot be
   *     asked
   */
  Optional<DeviceName> findLetter(VolumeId volume);
}
