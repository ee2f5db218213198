package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import java.util.List;
import java.util.Optional;

/**
 * The volume that is asked for.
 *
 * @param size the size that is made
 * @param requiredBytes and {@code limitBytes} what an existing disk must lie between
 * @param zones where it may be, in order of preference; never empty
 */
public record VolumeSpec(
    DiskName name,
    DiskSize size,
    long requiredBytes,
    Optional<Long> limitBytes,
    DiskType type,
    List<String> zones) {

  /** Why {@code disk} is not the volume that is asked for; empty if it is. */
  Optional<String> mismatch(UDisk disk) {
    if (disk.size().bytes() < requiredBytes
        || limitBytes.filter(limit -> disk.size().bytes() > limit).isPresent()) {
      return Optional.of("has " + disk.size() + ", not " + size);
    }
    if (disk.type().filter(type::equals).isEmpty()) {
      return Optional.of(
          "is of type "
              + disk.type().map(DiskType::className).orElse("another kind")
              + ", not "
              + type.className());
    }
    if (!zones.contains(disk.zone())) {
      return Optional.of("is in zone " + disk.zone() + ", not in " + String.join(" or ", zones));
    }
    return Optional.empty();
  }
}
