package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.controller.kube.lease.LeaseTimings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the cluster, and on which terms to act in it.
 *
 * @param kubeconfig empty means: as a pod, with its service account
 * @param identity names this process to people, such as its pod
 * @param replacesUnusableDisks whether a disk that its claim cannot have as it is may be deleted
 * @param recoversStoppedHosts whether nodes whose hosts are off are marked as out of service
 */
public record ClusterConfig(
    Optional<Path> kubeconfig,
    String identity,
    LeaseTimings lease,
    boolean replacesUnusableDisks,
    boolean recoversStoppedHosts) {}
