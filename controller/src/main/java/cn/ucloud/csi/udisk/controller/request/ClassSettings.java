package cn.ucloud.csi.udisk.controller.request;

import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import java.util.Optional;

/**
 * What a StorageClass asks for: of the cloud a disk and its labels, of the node a filesystem, and
 * how it treats the disk.
 *
 * @param filesystem what the class says in our own parameter, if anything
 * @param labels a {@link cn.ucloud.csi.udisk.controller.model.LabelTemplate} as it was written
 */
record ClassSettings(
    DiskPlan plan,
    Optional<FilesystemType> filesystem,
    MkfsOptions mkfs,
    QueueSettings queue,
    Optional<String> labels) {}
