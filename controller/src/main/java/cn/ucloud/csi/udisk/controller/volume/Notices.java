package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.VolumeId;

/**
 * Tells people where they would look. No method ever waits or fails; a notice may be repeated by
 * the caller as often as it is true, and may be lost.
 */
public interface Notices {

  /** To those who look at a claim that waits for its volume. */
  void about(Claim claim, Notice notice);

  /** To those who look at a persistent volume; lost if there is none. */
  void about(VolumeId volume, Notice notice);

  /** To those who look at a persistent volume, at its claim, or at a pod that uses it. */
  default void aboutUse(VolumeId volume, Notice notice) {
    about(volume, notice);
  }

  /** To those who look after this driver. */
  void aboutDriver(Notice notice);

  /** Where nobody looks. */
  static Notices none() {
    return new Notices() {
      @Override
      public void about(Claim claim, Notice notice) {}

      @Override
      public void about(VolumeId volume, Notice notice) {}

      @Override
      public void aboutDriver(Notice notice) {}
    };
  }
}
