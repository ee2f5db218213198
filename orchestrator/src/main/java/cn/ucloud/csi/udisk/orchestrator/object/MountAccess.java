package cn.ucloud.csi.udisk.orchestrator.object;

import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.MountVolume;
import java.util.List;

/**
 * ReadWriteOnce access to a filesystem.
 *
 * @param fsType empty if the driver shall choose
 */
public record MountAccess(String fsType, List<String> mountOptions) {

  public MountAccess {
    mountOptions = List.copyOf(mountOptions);
  }

  /**
   * The capability that is asked for.
   *
   * @param multiWriterAnnounced whether the driver knows SINGLE_NODE_MULTI_WRITER; then
   *     ReadWriteOnce is called by that name
   */
  public VolumeCapability toProto(boolean multiWriterAnnounced) {
    return VolumeCapability.newBuilder()
        .setMount(MountVolume.newBuilder().setFsType(fsType).addAllMountFlags(mountOptions))
        .setAccessMode(
            AccessMode.newBuilder()
                .setMode(
                    multiWriterAnnounced
                        ? AccessMode.Mode.SINGLE_NODE_MULTI_WRITER
                        : AccessMode.Mode.SINGLE_NODE_WRITER))
        .build();
  }
}
