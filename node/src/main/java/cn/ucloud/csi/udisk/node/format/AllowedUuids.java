package cn.ucloud.csi.udisk.node.format;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid;
import cn.ucloud.csi.udisk.node.filesystem.VolumeUuid.Owner;
import java.util.Optional;

/**
 * Which stamps may be on the disk of a volume: its own and, as long as the copy was not stamped
 * anew, that of the volume it is a copy of (decision 13).
 *
 * @param copyOf empty for a volume that is no copy
 */
public record AllowedUuids(VolumeId volume, Optional<VolumeId> copyOf) {

  /** Whose filesystem carries {@code filesystemUuid}. */
  public Owner ownerOf(Optional<String> filesystemUuid) {
    Owner owner = VolumeUuid.of(volume).ownerOf(filesystemUuid);
    boolean ofSource =
        copyOf
            .filter(source -> VolumeUuid.of(source).ownerOf(filesystemUuid) == Owner.THIS_VOLUME)
            .isPresent();
    return owner == Owner.OTHER_VOLUME && ofSource ? Owner.SOURCE : owner;
  }

  @Override
  public String toString() {
    return volume + copyOf.map(source -> " or its source " + source).orElse("");
  }
}
