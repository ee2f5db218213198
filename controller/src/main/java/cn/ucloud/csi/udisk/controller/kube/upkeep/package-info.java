/**
 * What the acting process puts right in the cluster by itself: the startup taint, and the node
 * affinity of volumes made by hand.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube.upkeep;

import org.jspecify.annotations.NullMarked;
