package cn.ucloud.csi.udisk.node.format;

import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.blank.BlankRule;
import java.util.Optional;

/**
 * The filesystem that a volume should have, and when it may be made.
 *
 * @param size what the cloud says; without it nothing is ever formatted
 * @param rule empty for a copy, which is never formatted whatever is on it
 */
public record FormatSpec(
    AllowedUuids lineage,
    FilesystemType type,
    MkfsOptions options,
    Optional<DiskSize> size,
    Optional<BlankRule> rule) {

  VolumeId volume() {
    return lineage.volume();
  }
}
