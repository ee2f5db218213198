package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;
import cn.ucloud.csi.udisk.controller.audit.PeriodicAudit;
import cn.ucloud.csi.udisk.controller.kube.ClusterConfig;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.LabelTemplate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the controller is told.
 *
 * @param clusterId the mark in the names of this cluster's disks
 * @param createSettle how long a request that was not answered may still be done
 * @param deletionRule what becomes of volumes that have snapshots
 * @param rhythm of the look for leaked disks
 * @param extraLabels what every disk is to be labelled with
 * @param socket what this process serves; beside it is what it leaves for its successor
 * @param cluster empty means: there is none, and this is the only process
 */
public record ControllerConfig(
    UCloudConfig cloud,
    CredentialsSource credentials,
    String clusterId,
    Duration createSettle,
    DeletionRule deletionRule,
    PeriodicAudit.Rhythm rhythm,
    LabelTemplate extraLabels,
    Path socket,
    Optional<ClusterConfig> cluster) {}
