package cn.ucloud.csi.udisk.common.model;

import java.util.Map;

/**
 * What is remembered of a volume in its PV, and given to every node call: the only place that knows
 * the keys.
 *
 * <p>The closed driver and hand-made PVs write {@code type} alone or nothing; unknown keys are
 * ignored.
 *
 * @param createdBlank this driver made the disk, and made it empty; what is on it later came later
 */
public record VolumeContext(boolean createdBlank) {
  private static final String TYPE = "type";
  private static final String CONTENT = "content";
  private static final String BLANK = "blank";

  public static VolumeContext from(Map<String, String> map) {
    return new VolumeContext(BLANK.equals(map.get(CONTENT)));
  }

  /** The map for a disk that was just made empty, of the StorageClass type {@code type}. */
  public static Map<String, String> ofBlankDisk(String type) {
    return Map.of(TYPE, type, CONTENT, BLANK);
  }
}
