package cn.ucloud.csi.udisk.node.blank;

import java.util.Optional;

/** What was found on a disk. Only {@link Blank} may ever be formatted. */
public sealed interface DiskContent {

  /** Every place that could show content was read, and shows none. */
  record Blank() implements DiskContent {}

  /**
   * A filesystem on the whole disk.
   *
   * @param type as blkid calls it
   * @param uuid as blkid prints it; empty if it has none
   */
  record Filesystem(String type, Optional<String> uuid) implements DiskContent {}

  /** Something else, or something nobody recognises. */
  record Foreign(String what) implements DiskContent {}

  /** It could not be found out; a disk that cannot be read is not blank. */
  record Unreadable(String why) implements DiskContent {}
}
