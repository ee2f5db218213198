package cn.ucloud.csi.udisk.common.ucloud.flags;

import cn.ucloud.csi.udisk.common.ucloud.UCloudConfig;
import cn.ucloud.csi.udisk.common.ucloud.credentials.CredentialsSource;

/**
 * Where the cloud is, and as whom it is asked.
 *
 * @param clusterId the mark in the names of this cluster's disks
 */
public record CloudAccess(UCloudConfig config, CredentialsSource credentials, String clusterId) {}
