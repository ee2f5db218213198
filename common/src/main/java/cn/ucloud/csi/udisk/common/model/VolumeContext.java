package cn.ucloud.csi.udisk.common.model;

import java.util.LinkedHashMap;
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
 * @param copyOf the volume whose content it began with, directly or through a snapshot: its stamp
 *     may be on the disk (decision 13)
 */
public record VolumeContext(boolean createdBlank, Optional<VolumeId> copyOf) {
  private static final String TYPE = "type";
  private static final String CONTENT = "content";
  private static final String BLANK = "blank";
  private static final String COPY = "copy";
  private static final String SOURCE = "source";

  /**
   * Reads the map of a request.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest if the source of a copy
   *     is no id
   */
  public static VolumeContext from(Map<String, String> map) {
    String content = map.getOrDefault(CONTENT, "");
    return new VolumeContext(
        content.equals(BLANK),
        content.equals(COPY)
            ? Optional.ofNullable(map.get(SOURCE)).map(VolumeId::new)
            : Optional.empty());
  }

  /** The map for a disk that was just made empty, of the StorageClass type {@code type}. */
  public static Map<String, String> ofBlankDisk(String type) {
    return Map.of(TYPE, type, CONTENT, BLANK);
  }

  /**
   * The map for a disk that was just made of another one's content.
   *
   * @param source empty if it cannot be found out any more; a stamp is then believed only if it is
   *     the disk's own
   */
  public static Map<String, String> ofCopy(Optional<String> type, Optional<VolumeId> source) {
    Map<String, String> map = new LinkedHashMap<>();
    type.ifPresent(name -> map.put(TYPE, name));
    map.put(CONTENT, COPY);
    source.ifPresent(id -> map.put(SOURCE, id.value()));
    return map;
  }
}
