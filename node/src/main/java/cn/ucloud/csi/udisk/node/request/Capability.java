package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import csi.v1.VolumeCapability;

/** How a volume is to be used: as a mounted filesystem, with these options, by these users. */
record Capability(FilesystemType filesystem, MountOptions options, Access access) {

  static Capability from(VolumeCapability capability) {
    switch (capability.getAccessTypeCase()) {
      case MOUNT -> {}
      case BLOCK ->
          throw new InvalidRequest(
              "volume_capability.block", "is not supported yet; use volumeMode Filesystem");
      case ACCESSTYPE_NOT_SET ->
          throw new InvalidRequest("volume_capability", "is missing or has no access type");
    }
    VolumeCapability.MountVolume mount = capability.getMount();
    if (!mount.getVolumeMountGroup().isEmpty()) {
      throw new InvalidRequest(
          "volume_capability.mount.volume_mount_group", "is not a capability of this driver");
    }
    return new Capability(
        filesystem(mount.getFsType()),
        MountOptions.parse(mount.getMountFlagsList()),
        Access.from(capability.getAccessMode().getMode()));
  }

  private static FilesystemType filesystem(String name) {
    if (name.isEmpty()) {
      return FilesystemType.DEFAULT;
    }
    return FilesystemType.named(name)
        .orElseThrow(() ->
            new InvalidRequest(
                "volume_capability.mount.fs_type",
                "must be one of " + FilesystemType.names() + " or empty, not " + name));
  }
}
