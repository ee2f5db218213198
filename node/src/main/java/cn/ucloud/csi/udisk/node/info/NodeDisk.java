package cn.ucloud.csi.udisk.node.info;

import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import java.util.Optional;

/**
 * A disk of this host, as the cloud lists it.
 *
 * @param letter empty if the cloud calls it by something that is not a letter
 * @param name what its owner calls it; empty if not told
 */
public record NodeDisk(VolumeId id, Optional<DeviceName> letter, boolean boot, String name) {}
