/**
 * The ports to Kubernetes: what work on volumes asks of its cluster and tells people there.
 * Implemented by {@code kube.adapter}; without a cluster each has a {@code none()}.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.cluster;

import org.jspecify.annotations.NullMarked;
