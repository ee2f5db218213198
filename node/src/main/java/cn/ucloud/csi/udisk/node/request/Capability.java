package cn.ucloud.csi.udisk.node.request;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import csi.v1.VolumeCapability;
import java.util.Optional;

/**
 * How a volume is to be used, and by whom.
 *
 * @param filesystem empty if none is named
 */
record Capability(
    boolean raw, Optional<FilesystemType> filesystem, MountOptions options, Access access) {

  static Capability from(VolumeCapability capability) {
    if (capability.equals(VolumeCapability.getDefaultInstance())) {
      throw new InvalidRequest("volume_capability", "is missing");
    }
    Access access = Access.from(capability.getAccessMode().getMode());
    return switch (capability.getAccessTypeCase()) {
      case MOUNT -> mounted(capability.getMount(), access);
      case BLOCK -> new Capability(true, Optional.empty(), MountOptions.NONE, access);
      case ACCESSTYPE_NOT_SET ->
          throw new InvalidRequest("volume_capability", "must have an access type, mount or block");
    };
  }

  private static Capability mounted(VolumeCapability.MountVolume mount, Access access) {
    if (!mount.getVolumeMountGroup().isEmpty()) {
      throw new InvalidRequest(
          "volume_capability.mount.volume_mount_group", "is not a capability of this driver");
    }
    return new Capability(
        false,
        Optional.of(mount.getFsType().strip())
            .filter(name -> !name.isEmpty())
            .map(Capability::type),
        MountOptions.parse(mount.getMountFlagsList()),
        access);
  }

  private static FilesystemType type(String name) {
    return FilesystemType.named(name)
        .orElseThrow(() ->
            new InvalidRequest(
                "volume_capability.mount.fs_type",
                "must be one of %s or empty, not '%s'".formatted(FilesystemType.names(), name)));
  }

  /** The use; {@code ofClass} is what the StorageClass asks for, where the claim names no type. */
  VolumeUse use(Optional<FilesystemType> ofClass) {
    Optional<FilesystemType> asked = filesystem.or(() -> ofClass);
    return raw
        ? new VolumeUse.Raw(access == Access.READERS)
        : new VolumeUse.Filesystem(
            asked.orElse(FilesystemType.DEFAULT),
            access == Access.READERS ? options.readOnly() : options,
            asked.isPresent());
  }
}
