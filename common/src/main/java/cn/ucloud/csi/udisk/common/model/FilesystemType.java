package cn.ucloud.csi.udisk.common.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The filesystems that this driver makes, mounts and grows; the only list of their names. */
public enum FilesystemType {
  EXT4("ext4"),
  XFS("xfs"),
  BTRFS("btrfs");

  /** What is made for who does not say. */
  public static final FilesystemType DEFAULT = EXT4;

  private final String word;

  FilesystemType(String word) {
    this.word = word;
  }

  /** The type of this name; empty if there is none. */
  public static Optional<FilesystemType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.word.equals(name)).findFirst();
  }

  /** All names, for the sentence that says what is allowed. */
  public static String names() {
    return Arrays.stream(values()).map(FilesystemType::toString).collect(Collectors.joining(", "));
  }

  /** The name, the same for StorageClass, blkid and the kernel. */
  @Override
  public String toString() {
    return word;
  }
}
