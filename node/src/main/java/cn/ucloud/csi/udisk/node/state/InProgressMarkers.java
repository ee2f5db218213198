package cn.ucloud.csi.udisk.node.state;

import cn.ucloud.csi.udisk.node.device.BlockDevice;

/**
 * All that was begun on disks of this host and not proved yet. Each marker rests on a proof of what
 * the disk held before, which is worth nothing once somebody else was allowed to write to the disk.
 */
public record InProgressMarkers(InProgressMarker formatting, InProgressMarker stamping) {

  public static InProgressMarkers in(StateDirectory state) {
    return new InProgressMarkers(
        InProgressMarker.formatting(state), InProgressMarker.stamping(state));
  }

  /** Whether a program of ours may have been cut short on this disk, or may run still. */
  public boolean areAbout(BlockDevice device) {
    return formatting.isAbout(device) || stamping.isAbout(device);
  }

  /**
   * Ends all markers of this disk, of whichever volume: a letter may have led another one here. To
   * be called before the disk is given to anybody who may write to it; can be repeated.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if one cannot be removed;
   *     then nobody may write yet
   */
  public void endAbout(BlockDevice device) {
    formatting.endAbout(device);
    stamping.endAbout(device);
  }
}
