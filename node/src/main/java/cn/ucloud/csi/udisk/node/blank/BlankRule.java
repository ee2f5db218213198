package cn.ucloud.csi.udisk.node.blank;

/** How empty a disk must be before it counts as blank. */
public enum BlankRule {
  /** All places that are looked at must read as zeros. */
  ZEROS,

  /**
   * No known signature may be in its place; other bytes may be. For new disks of a cloud that does
   * not promise zeros.
   */
  SIGNATURES
}
