package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.linux.MountOptions;
import csi.v1.VolumeCapability;

/** How a volume is to be used, and by whom. */
record Capability(VolumeUse use, Access access) {

  static Capability from(VolumeCapability capability) {
    Access access = Access.from(capability.getAccessMode().getMode());
    return switch (capability.getAccessTypeCase()) {
      case MOUNT -> new Capability(filesystem(capability.getMount()), access);
      case BLOCK -> new Capability(new VolumeUse.Raw(access == Access.READERS), access);
      case ACCESSTYPE_NOT_SET ->
          throw new InvalidRequest("volume_capability", "is missing or has no access type");
    };
  }

  private static VolumeUse filesystem(VolumeCapability.MountVolume mount) {
    if (!mount.getVolumeMountGroup().isEmpty()) {
      throw new InvalidRequest(
          "volume_capability.mount.volume_mount_group", "is not a capability of this driver");
    }
    return new VolumeUse.Filesystem(
        type(mount.getFsType()), MountOptions.parse(mount.getMountFlagsList()));
  }

  private static FilesystemType type(String name) {
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
