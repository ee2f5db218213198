package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.device.BlockDevice;
import cn.ucloud.csi.udisk.node.linux.ReadOnlyFlag;
import cn.ucloud.csi.udisk.node.sysfs.DeviceIdentity;
import java.nio.file.Path;

/**
 * The kernel's read-only flag of the disks of volumes, as far as this driver has set it. Which it
 * has is written down before, so that a process that is killed leaves no disk that stays read-only,
 * and a flag that somebody else has set is never cleared.
 */
public final class WriteProtection {
  private static final Path DIRECTORY = Path.of(".read-only");

  private final StateDirectory state;

  public WriteProtection(StateDirectory state) {
    this.state = state;
  }

  /** Whether this driver has set the flag in this attachment, or was about to. */
  public boolean isOn(VolumeId volume, BlockDevice device) {
    return state
        .find(file(volume))
        .flatMap(DeviceIdentity::from)
        .filter(device.identity()::equals)
        .isPresent();
  }

  /** Whether there is anything to take away, of this attachment or of an earlier one. */
  public boolean isRecorded(VolumeId volume) {
    return state.find(file(volume)).isPresent();
  }

  /**
   * Lets nobody write to the disk from now on; can be repeated.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.HostRefused if the kernel refuses
   */
  public void set(VolumeId volume, BlockDevice device) {
    state.write(file(volume), device.identity().toMap());
    ReadOnlyFlag.set(device.node(), true);
  }

  /** Takes away what {@link #set} did in this attachment, if anything. */
  public void clear(VolumeId volume, BlockDevice device) {
    if (isOn(volume, device)) {
      ReadOnlyFlag.set(device.node(), false);
    }
    forget(volume);
  }

  /** The disk went away, and its flag with it. */
  public void forget(VolumeId volume) {
    state.remove(file(volume));
  }

  private static Path file(VolumeId volume) {
    return DIRECTORY.resolve(volume.value());
  }
}
