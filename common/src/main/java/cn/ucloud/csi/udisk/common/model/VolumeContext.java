package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered of a volume in its PV, and given to every node call: the only place that knows
 * the keys.
 *
 * <p>The closed driver and hand-made PVs write {@code type} alone or nothing; unknown keys are
 * ignored.
 *
 * @param createdBlank this driver made the disk, and made it empty; what is on it later came later
 * @param filesystem what the StorageClass asks for in our own parameter
 * @param mkfs how the filesystem is to be made
 */
public record VolumeContext(
    boolean createdBlank, Optional<FilesystemType> filesystem, MkfsOptions mkfs) {
  private static final String TYPE = "type";
  private static final String FS_TYPE = "fsType";
  private static final String CONTENT = "content";
  private static final String BLANK = "blank";

  /**
   * Reads the map of a node request.
   *
   * @param requested the type of filesystem that the capability names, which counts more
   * @throws InvalidRequest if a known key has a value that cannot be meant
   */
  public static VolumeContext from(Map<String, String> map, Optional<FilesystemType> requested) {
    Optional<FilesystemType> filesystem =
        Optional.ofNullable(map.get(FS_TYPE)).map(VolumeContext::filesystem);
    FilesystemType type = requested.or(() -> filesystem).orElse(FilesystemType.DEFAULT);
    return new VolumeContext(
        BLANK.equals(map.get(CONTENT)), filesystem, MkfsOptions.from("volume_context", map, type));
  }

  private static FilesystemType filesystem(String name) {
    return FilesystemType.named(name)
        .orElseThrow(() ->
            new InvalidRequest(
                "volume_context." + FS_TYPE, "must be one of " + FilesystemType.names()));
  }

  /** The map for a disk that was just made empty, of the StorageClass type {@code type}. */
  public static Map<String, String> ofBlankDisk(
      String type, Optional<FilesystemType> filesystem, MkfsOptions mkfs) {
    Map<String, String> map = new HashMap<>(mkfs.toMap());
    map.put(TYPE, type);
    map.put(CONTENT, BLANK);
    filesystem.ifPresent(f -> map.put(FS_TYPE, f.toString()));
    return map;
  }
}
