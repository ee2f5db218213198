package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is remembered of a volume in its PV, and given to every node call: the only place that knows
 * the keys.
 *
 * <p>The closed driver and hand-made PVs write {@code type} alone or nothing; unknown keys are
 * ignored.
 *
 * @param copyOf the volume whose content a copy began with, directly or through a snapshot: its
 *     stamp may be on the disk (decision 13)
 * @param filesystem what the StorageClass asks for in our own parameter
 * @param mkfs how the filesystem is to be made
 * @param partition of the disk that is the volume, in place of the whole disk
 * @param queue how the kernel is to treat the disk's requests
 */
public record VolumeContext(
    Content content,
    Optional<VolumeId> copyOf,
    Optional<FilesystemType> filesystem,
    MkfsOptions mkfs,
    Optional<Integer> partition,
    QueueSettings queue,
    Optional<MadeFor> madeFor) {
  /** What the controller labels the disk with; no node reads it. */
  public static final String LABELS = "labels";

  private static final String TYPE = "type";
  private static final String FS_TYPE = "fsType";
  private static final String CONTENT = "content";
  private static final String SOURCE = "source";
  private static final String PARTITION = "partition";
  private static final Pattern PARTITION_NUMBER = Pattern.compile("[0-9]{1,3}");

  /** That of a whole disk, which the kernel treats as it likes. */
  public VolumeContext(
      Content content,
      Optional<VolumeId> copyOf,
      Optional<FilesystemType> filesystem,
      MkfsOptions mkfs) {
    this(content, copyOf, filesystem, mkfs, Optional.empty(), QueueSettings.NONE, Optional.empty());
  }

  /** The same with these settings. */
  public VolumeContext with(QueueSettings other) {
    return new VolumeContext(content, copyOf, filesystem, mkfs, partition, other, madeFor);
  }

  /** The same, made for this claim. */
  public VolumeContext with(Optional<MadeFor> other) {
    return new VolumeContext(content, copyOf, filesystem, mkfs, partition, queue, other);
  }

  /** What the disk held when it was made. */
  public enum Content {
    /** Nothing: this driver made the disk, and made it empty. */
    BLANK("blank"),
    /** What its source held: it is never formatted. */
    COPY("copy"),
    /** Nobody says: another driver or a person made the disk. */
    UNKNOWN("");

    private final String word;

    Content(String word) {
      this.word = word;
    }

    private static Content named(String word) {
      return word.equals(BLANK.word) ? BLANK : word.equals(COPY.word) ? COPY : UNKNOWN;
    }
  }

  /**
   * Reads the map of a node request.
   *
   * @param requested the type of filesystem that the capability names, which counts more
   * @throws InvalidRequest if a known key has a value that cannot be meant
   */
  public static VolumeContext from(Map<String, String> map, Optional<FilesystemType> requested) {
    Content content = Content.named(map.getOrDefault(CONTENT, ""));
    Optional<FilesystemType> filesystem = find(map, FS_TYPE).map(VolumeContext::filesystem);
    FilesystemType type = requested.or(() -> filesystem).orElse(FilesystemType.DEFAULT);
    return new VolumeContext(
        content,
        content == Content.COPY ? find(map, SOURCE).map(VolumeId::new) : Optional.empty(),
        filesystem,
        MkfsOptions.from("volume_context", map, type),
        find(map, PARTITION).map(VolumeContext::partition).filter(number -> number != 0),
        QueueSettings.from("volume_context", map, type),
        MadeFor.find(map));
  }

  /** As other drivers have it, 0 means the whole disk. */
  private static int partition(String text) {
    if (!PARTITION_NUMBER.matcher(text).matches()) {
      throw new InvalidRequest(
          "volume_context." + PARTITION, "must be the number of a partition, such as 1");
    }
    return Integer.parseInt(text);
  }

  private static FilesystemType filesystem(String name) {
    return FilesystemType.named(name)
        .orElseThrow(() ->
            new InvalidRequest(
                "volume_context." + FS_TYPE,
                "must not be '%s'; allowed are %s".formatted(name, FilesystemType.names())));
  }

  /** Blanks count as absent, as in a StorageClass. */
  private static Optional<String> find(Map<String, String> map, String key) {
    return Optional.ofNullable(map.get(key)).map(String::strip).filter(text -> !text.isEmpty());
  }

  /** The map that {@link #from} reads, for a disk of the StorageClass type {@code type}. */
  public Map<String, String> toMap(Optional<String> type) {
    Map<String, String> map = new HashMap<>(mkfs.toMap());
    map.putAll(queue.toMap());
    madeFor.ifPresent(claim -> map.putAll(claim.toMap()));
    type.ifPresent(name -> map.put(TYPE, name));
    filesystem.ifPresent(name -> map.put(FS_TYPE, name.toString()));
    if (content != Content.UNKNOWN) {
      map.put(CONTENT, content.word);
    }
    copyOf.ifPresent(source -> map.put(SOURCE, source.value()));
    partition.ifPresent(number -> map.put(PARTITION, number.toString()));
    return map;
  }
}
