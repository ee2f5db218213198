package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a StorageClass wants its filesystems made: a few numbers, under the names that the EBS driver
 * uses for them. Free text for mkfs would let a class switch off what keeps data safe.
 */
public record MkfsOptions(Map<Setting, Long> values) {
  public static final MkfsOptions NONE = new MkfsOptions(Map.of());

  public MkfsOptions {
    values = values.isEmpty() ? Map.of() : Map.copyOf(values);
  }

  /** What can be chosen. */
  public enum Setting {
    BLOCK_SIZE("blocksize"),
    INODE_SIZE("inodesize"),
    BYTES_PER_INODE("bytesperinode"),
    INODES("numberofinodes");

    private final String word;

    Setting(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static Optional<Setting> named(String word) {
      return Arrays.stream(values()).filter(key -> key.word.equals(word)).findFirst();
    }
  }

  /** What a number may be. Blocks larger than a page of memory cannot be mounted everywhere. */
  private enum Range {
    BLOCK(1024, 4096, true),
    EXT4_INODE(256, 1024, true),
    XFS_INODE(512, 2048, true),
    BYTES_PER_INODE(4096, 64 << 20, false),
    INODES(1024, 0xffff_ffffL, false);

    private final long least;
    private final long most;
    private final boolean powerOfTwo;

    Range(long least, long most, boolean powerOfTwo) {
      this.least = least;
      this.most = most;
      this.powerOfTwo = powerOfTwo;
    }

    boolean allows(long value) {
      return value >= least && value <= most && (!powerOfTwo || Long.bitCount(value) == 1);
    }

    @Override
    public String toString() {
      return (powerOfTwo ? "a power of two from " : "from ") + least + " to " + most;
    }
  }

  /**
   * Reads the options out of a map that holds other things too.
   *
   * @param field what the map is called in an error message
   * @throws InvalidRequest if an option does not fit this type of filesystem, or another option
   */
  public static MkfsOptions from(String field, Map<String, String> map, FilesystemType type) {
    Map<Setting, Long> values = new EnumMap<>(Setting.class);
    for (Setting key : Setting.values()) {
      String text = map.getOrDefault(key.word, "").strip();
      if (!text.isEmpty()) { // blanks count as absent, so that a template may leave one open
        values.put(key, read(field + "." + key.word, text, range(type, key), type));
      }
    }
    MkfsOptions options = new MkfsOptions(values);
    options.requireConsistent(field);
    return options;
  }

  private static long read(String field, String text, Optional<Range> range, FilesystemType type) {
    Range allowed =
        range.orElseThrow(
            () -> new InvalidRequest(field, "cannot be chosen for the filesystem " + type));
    try {
      long value = Long.parseLong(text);
      if (allowed.allows(value)) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Refused below, like a number that is not allowed.
    }
    throw new InvalidRequest(field, "must not be '%s'; it must be %s".formatted(text, allowed));
  }

  private static Optional<Range> range(FilesystemType type, Setting key) {
    return switch (type) {
      case EXT4 ->
          Optional.of(
              switch (key) {
                case BLOCK_SIZE -> Range.BLOCK;
                case INODE_SIZE -> Range.EXT4_INODE;
                case BYTES_PER_INODE -> Range.BYTES_PER_INODE;
                case INODES -> Range.INODES;
              });
      case XFS ->
          switch (key) {
            case BLOCK_SIZE -> Optional.of(Range.BLOCK);
            case INODE_SIZE -> Optional.of(Range.XFS_INODE);
            case BYTES_PER_INODE, INODES -> Optional.empty();
          };
      case BTRFS -> Optional.empty();
    };
  }

  private void requireConsistent(String field) {
    if (values.containsKey(Setting.BYTES_PER_INODE) && values.containsKey(Setting.INODES)) {
      throw new InvalidRequest(
          field,
          "must not have both " + Setting.BYTES_PER_INODE.word + " and " + Setting.INODES.word);
    }
    long block = get(Setting.BLOCK_SIZE, 4096);
    if (get(Setting.INODE_SIZE, 0) * 2 > block) {
      throw new InvalidRequest(
          field + "." + Setting.INODE_SIZE.word,
          "must be at most half of the block size, " + block);
    }
  }

  /** The number chosen, or else {@code standard}. */
  public long get(Setting key, long standard) {
    return values.getOrDefault(key, standard);
  }

  /** As StorageClass parameters and volume context have them. */
  public Map<String, String> toMap() {
    return new HashMap<>(
        values.entrySet().stream()
            .collect(Collectors.toMap(e -> e.getKey().word, e -> e.getValue().toString())));
  }
}
