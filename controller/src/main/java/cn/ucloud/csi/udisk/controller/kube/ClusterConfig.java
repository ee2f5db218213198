package cn.ucloud.csi.udisk.controller.kube;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the cluster, and on which terms to act in it.
 *
 * @param kubeconfig empty means: as a pod, with its service account
 * @param identity names this process to people, such as its pod
 */
public record ClusterConfig(Optional<Path> kubeconfig, String identity, LeaseTerms lease) {}
