package cn.ucloud.csi.udisk.node.stage;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.AttachedDisks;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.device.HostDisks;
import java.util.Optional;

/**
 * Whether a device that carries the stamp of a copy's source is the copy. It could be the source
 * itself, if the letter that led to it is an old one; then a stamp, or a pod's write, would destroy
 * the wrong volume. By the bytes on them the two cannot be told apart.
 */
final class CopyProof {
  private final HostDisks disks;

  CopyProof(HostDisks disks) {
    this.disks = disks;
  }

  /**
   * Whether the cloud's list of this host's disks proves it: the copy is listed under the letter of
   * this device, or the source is not listed at all. False where the list has no ids, as on bare
   * metal, and so proves nothing.
   *
   * @throws Unavailable if the list says otherwise, as it may for a while after an attach, or
   *     cannot be had
   */
  boolean isCopy(VolumeId copy, VolumeId source, BlockDevice device) {
    AttachedDisks attached = disks.read();
    if (attached.areUnknown()) {
      return false;
    }
    Optional<DeviceName> letter = attached.findLetter(copy);
    boolean confirmed =
        letter.isPresent()
            ? letter.get().serial().equals(device.identity().serial())
            : !attached.lists(source);
    if (!confirmed) {
      throw new Unavailable(
          device
              + " carries the stamp of volume "
              + source
              + " and may be that very disk rather than its copy "
              + copy
              + ": the metadata server lists "
              + attached.letters());
    }
    return true;
  }
}
