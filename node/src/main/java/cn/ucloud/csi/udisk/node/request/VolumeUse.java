package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.mount.MountOptions;

/**
 * How a volume is used. Only the capability says so, never what is found on the disk: a raw disk
 * may well hold a filesystem, which is its user's and none of our business (known failure D1.7).
 */
public sealed interface VolumeUse {

  /**
   * As a mounted filesystem.
   *
   * @param demanded whether somebody asked for this type; else it is the default, for a disk that
   *     holds none
   */
  record Filesystem(FilesystemType type, MountOptions options, boolean demanded)
      implements VolumeUse {
    /** One of a type that is asked for. */
    public Filesystem(FilesystemType type, MountOptions options) {
      this(type, options, true);
    }
  }

  /**
   * As a disk: nothing is read from it and nothing written to it.
   *
   * @param readOnly for all its users
   */
  record Raw(boolean readOnly) implements VolumeUse {}
}
