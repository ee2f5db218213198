package cn.ucloud.csi.udisk.controller.provision;

import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.model.Volume;
import java.util.Optional;

/**
 * A volume that is ready, as its creation tells of it.
 *
 * @param contentOf the disk whose content it has, directly or through a snapshot; empty for a blank
 *     one, and for a copy whose source is gone
 * @param onRssdNodes only nodes that say that they take RSSD disks can have it
 */
public record CreatedVolume(Volume volume, Optional<VolumeId> contentOf, boolean onRssdNodes) {}
