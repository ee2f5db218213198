package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a StorageClass wants the kernel to treat a disk's requests, as long as it is staged. */
public record QueueSettings(Map<Setting, String> values) {
  public static final QueueSettings NONE = new QueueSettings(Map.of());

  /** Those that Linux has for disks with several queues; a node may lack some of them. */
  private static final List<String> SCHEDULERS = List.of("none", "mq-deadline", "kyber", "bfq");

  /** The kernel counts in pages, and larger ones would take a node's memory for one file. */
  private static final int STEP_KB = 4;

  private static final int MOST_KB = 65536;

  public QueueSettings {
    values = values.isEmpty() ? Map.of() : Map.copyOf(values);
  }

  /**
   * What can be chosen, in the order in which it is set: where the kernel takes another limit of a
   * request, it may raise the read-ahead (Linux 6.10, blk_apply_bdi_limits).
   */
  public enum Setting {
    MAX_SECTORS("maxSectorsKb", "max_sectors_kb"),
    SCHEDULER("ioScheduler", "scheduler"),
    READ_AHEAD("readAheadKb", "read_ahead_kb");

    private final String word;
    private final String file;

    Setting(String word, String file) {
      this.word = word;
      this.file = file;
    }

    /** As StorageClasses and volumeAttributes have it. */
    public String word() {
      return word;
    }

    /** As the kernel calls it, below {@code /sys/block/DISK/queue}. */
    public String file() {
      return file;
    }

    private String allowed() {
      return switch (this) {
        case MAX_SECTORS -> kilobytes(STEP_KB);
        case SCHEDULER -> "one of " + String.join(", ", SCHEDULERS);
        case READ_AHEAD -> kilobytes(0);
      };
    }

    private static String kilobytes(int least) {
      return "a multiple of %d from %d to %d".formatted(STEP_KB, least, MOST_KB);
    }

    private boolean allows(String text) {
      return switch (this) {
        case MAX_SECTORS -> isKilobytes(text, STEP_KB);
        case SCHEDULER -> SCHEDULERS.contains(text);
        case READ_AHEAD -> isKilobytes(text, 0);
      };
    }

    private static boolean isKilobytes(String text, int least) {
      // No leading zeros: the kernel says what it was told without them.
      if (!text.matches("0|[1-9][0-9]{0,5}")) {
        return false;
      }
      int value = Integer.parseInt(text);
      return value >= least && value <= MOST_KB && value % STEP_KB == 0;
    }
  }

  /**
   * Reads the settings out of a map that holds other things too.
   *
   * @param field what the map is called in an error message
   * @throws InvalidRequest if one has a value that is not allowed, or has no effect on this type
   */
  public static QueueSettings from(String field, Map<String, String> map, FilesystemType type) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String text = map.getOrDefault(setting.word, "").strip();
      if (text.isEmpty()) { // blanks count as absent, so that a template may leave one open
        continue;
      }
      String name = field + "." + setting.word;
      if (!setting.allows(text)) {
        throw new InvalidRequest(
            name, "must not be '%s'; it must be %s".formatted(text, setting.allowed()));
      }
      if (setting == Setting.READ_AHEAD && type == FilesystemType.BTRFS) {
        throw new InvalidRequest(
            name, "cannot be chosen for the filesystem btrfs, which reads ahead by its own rule");
      }
      values.put(setting, text);
    }
    return values.isEmpty() ? NONE : new QueueSettings(values);
  }

  public Optional<String> find(Setting setting) {
    return Optional.ofNullable(values.get(setting));
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** As StorageClass parameters and volume context have them. */
  public Map<String, String> toMap() {
    return new HashMap<>(
        values.entrySet().stream()
            .collect(Collectors.toMap(e -> e.getKey().word, Map.Entry::getValue)));
  }
}
