package cn.ucloud.csi.udisk.controller.cluster;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.Claim;

/**
 * Tells people where they would look. No method ever waits or fails; a notice may be repeated by
 * the caller as often as it is true, and may be lost.
 */
public interface EventRecorder {

  /** To those who look at a claim that waits for its volume. */
  void about(Claim claim, VolumeEvent notice);

  /** To those who look at a persistent volume; lost if there is none. */
  void about(VolumeId volume, VolumeEvent notice);

  /** To those who look at a persistent volume or at its claim. */
  default void aboutClaimed(VolumeId volume, VolumeEvent notice) {
    about(volume, notice);
  }

  /** To those who look at a persistent volume, at its claim, or at a pod that uses it. */
  default void aboutUse(VolumeId volume, VolumeEvent notice) {
    aboutClaimed(volume, notice);
  }

  /** To those who look at a node; lost if there is none of this name. */
  void aboutNode(String node, VolumeEvent notice);

  /** To those who look after this driver. */
  void aboutDriver(VolumeEvent notice);

  /** Where nobody looks. */
  static EventRecorder none() {
    return new EventRecorder() {
      @Override
      public void about(Claim claim, VolumeEvent notice) {}

      @Override
      public void about(VolumeId volume, VolumeEvent notice) {}

      @Override
      public void aboutNode(String node, VolumeEvent notice) {}

      @Override
      public void aboutDriver(VolumeEvent notice) {}
    };
  }
}
