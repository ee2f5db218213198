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
public final class LetterWitness {
  private static final Logger LOG = LoggerFactory.getLogger(LetterWitness.class);

  private final HostDisks disks;

  public LetterWitness(HostDisks disks) {
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

  private Optional<DeviceName> findLetter(VolumeId volume) {
    try {
      return disks.read().findLetter(volume);
    } catch (Unavailable e) {
      LOG.warn("the letter of volume {} is not confirmed: {}", volume, e.getMessage());
      return Optional.empty();
    }
  }
}
