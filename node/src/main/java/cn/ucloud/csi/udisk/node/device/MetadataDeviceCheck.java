package cn.ucloud.csi.udisk.node.device;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata server as a second witness of which device a volume is.
 *
 * <p>A publish context is as old as its VolumeAttachment. If the cloud has moved the disk to
 * another letter since, the old letter leads to somebody else's disk, and where there is no stamp
 * nothing on that disk tells.
 */
public final class MetadataDeviceCheck {
  private static final Logger LOG = LoggerFactory.getLogger(MetadataDeviceCheck.class);

  private final HostDisks disks;

  public MetadataDeviceCheck(HostDisks disks) {
    this.disks = disks;
  }

  /**
   * To be asked before a device without the volume's stamp is formatted or given to a pod. A
   * witness that cannot be asked, or does not know the volume, says nothing: how soon the list
   * shows a disk that was just attached is not documented, and bare metal lists none.
   *
   * @throws Unavailable if the volume is listed under another letter
   */
  public void requireNotElsewhere(VolumeId volume, BlockDevice device) {
    Optional<DeviceName> listed = findLetter(volume);
    if (listed.isPresent() && !listed.get().serial().equals(device.identity().serial())) {
      throw new Unavailable(
          "volume "
              + volume
              + " is not used: its publish context leads to "
              + device
              + ", but the metadata server says that it is "
              + listed.get()
              + "; if that stays so, delete the VolumeAttachment, so that the volume is attached"
              + " afresh");
    }
  }

  /**
   * Whether a device that carries the stamp of a copy's source is the copy. It could be the source
   * itself, if the letter that led to it is an old one; then a stamp, or a pod's write, would
   * destroy the wrong volume, and by the bytes on them the two cannot be told apart. The list
   * proves it: the copy is listed under the letter of this device, or the source is not listed at
   * all. False where the list has no ids, as on bare metal, and so proves nothing.
   *
   * @throws Unavailable if the list says otherwise, as it may for a while after an attach, or
   *     cannot be had
   */
  public boolean isCopy(VolumeId copy, VolumeId source, BlockDevice device) {
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

  private Optional<DeviceName> findLetter(VolumeId volume) {
    try {
      return disks.read().findLetter(volume);
    } catch (Unavailable e) {
      LOG.warn("the letter of volume {} is not confirmed: {}", volume, e.getMessage());
      return Optional.empty();
    }
  }
}
