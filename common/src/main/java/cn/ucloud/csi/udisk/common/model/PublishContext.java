package cn.ucloud.csi.udisk.common.model;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the controller tells the node about an attachment, through VolumeAttachment.
 *
 * <p>The only place that knows the keys. A context written by another driver or an older version
 * may lack any of them; unknown keys are ignored.
 *
 * @param deviceName the letter the cloud gave the disk on this host, such as {@code vdb}
 * @param size the size the cloud says the disk has
 */
public record PublishContext(Optional<DeviceName> deviceName, Optional<DiskSize> size) {
  private static final String DEVICE_NAME = "deviceName";
  private static final String SIZE_GIB = "sizeGiB";

  public static PublishContext of(DeviceName deviceName, DiskSize size) {
    return new PublishContext(Optional.of(deviceName), Optional.of(size));
  }

  /**
   * Reads the map of a node request.
   *
   * @throws InvalidRequest if a known key has a value that cannot be meant
   */
  public static PublishContext from(Map<String, String> map) {
    return new PublishContext(
        Optional.ofNullable(map.get(DEVICE_NAME)).filter(v -> !v.isBlank()).map(DeviceName::parse),
        Optional.ofNullable(map.get(SIZE_GIB)).map(PublishContext::parseSize));
  }

  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    deviceName.ifPresent(name -> map.put(DEVICE_NAME, name.value()));
    size.ifPresent(s -> map.put(SIZE_GIB, Integer.toString(s.gib())));
    return map;
  }

  private static DiskSize parseSize(String text) {
    try {
      return DiskSize.ofGib(Integer.parseInt(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "publish_context." + SIZE_GIB, "must be a whole number of at least 1");
    }
  }
}
