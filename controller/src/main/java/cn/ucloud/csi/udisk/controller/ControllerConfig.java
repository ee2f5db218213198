package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.ucloud.CredentialsSource;
import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import java.time.Duration;

/**
 * What the controller is told.
 *
 * @param clusterId the mark in the names of this cluster's disks
 * @param createSettle how long a request that was not answered may still be done
 */
public record ControllerConfig(
    UCloudConfig cloud, CredentialsSource credentials, String clusterId, Duration createSettle) {}
