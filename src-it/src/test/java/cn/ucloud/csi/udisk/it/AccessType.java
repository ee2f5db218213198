package cn.ucloud.csi.udisk.it;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import java.util.Arrays;

/** How volumes are used; whatever is said of volumes must hold for both. */
enum AccessType {
  MOUNT,
  BLOCK;

  VolumeCapability capability(AccessMode.Mode mode) {
    VolumeCapability.Builder capability =
        VolumeCapability.newBuilder().setAccessMode(AccessMode.newBuilder().setMode(mode));
    return switch (this) {
      case MOUNT -> capability.setMount(MountVolume.getDefaultInstance()).build();
      case BLOCK -> capability.setBlock(BlockVolume.getDefaultInstance()).build();
    };
  }

  /** A filesystem of this type, mounted with these flags. */
  static VolumeCapability filesystem(AccessMode.Mode mode, String fsType, String... flags) {
    return VolumeCapability.newBuilder()
        .setAccessMode(AccessMode.newBuilder().setMode(mode))
        .setMount(MountVolume.newBuilder().setFsType(fsType).addAllMountFlags(Arrays.asList(flags)))
        .build();
  }
}
