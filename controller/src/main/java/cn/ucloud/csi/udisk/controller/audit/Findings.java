package cn.ucloud.csi.udisk.controller.audit;

import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import java.util.List;

/**
 * What does not fit.
 *
 * @param leaked disks with this cluster's mark that nothing in the cluster asks for
 * @param dangling disks that a node has although no VolumeAttachment says so
 * @param duplicateNames names with this cluster's mark that several disks have
 */
public record Findings(
    List<ListedDisk> leaked, List<ListedDisk> dangling, List<String> duplicateNames) {}
