package cn.ucloud.csi.udisk.it;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import java.util.List;

/** In what the second NodePublishVolume of a volume differs from the first. */
enum SecondPublish {
  NOTHING,
  READONLY,
  FLAGS,
  MODE;

  /** A raw disk has no mount flags. */
  static List<SecondPublish> of(AccessType type) {
    return type == AccessType.MOUNT ? List.of(values()) : List.of(NOTHING, READONLY, MODE);
  }

  void change(NodePublishVolumeRequest.Builder request) {
    VolumeCapability.Builder capability = request.getVolumeCapabilityBuilder();
    switch (this) {
      case NOTHING -> {}
      case READONLY -> request.setReadonly(!request.getReadonly());
      case FLAGS -> capability.getMountBuilder().addMountFlags("noexec");
      case MODE ->
          capability.getAccessModeBuilder().setMode(other(capability.getAccessMode().getMode()));
    }
  }

  private static Mode other(Mode mode) {
    return switch (mode) {
      case SINGLE_NODE_WRITER, SINGLE_NODE_SINGLE_WRITER -> Mode.SINGLE_NODE_MULTI_WRITER;
      default -> Mode.SINGLE_NODE_SINGLE_WRITER;
    };
  }
}
