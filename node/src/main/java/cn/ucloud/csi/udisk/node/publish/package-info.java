/**
 * NodePublishVolume and NodeUnpublishVolume: from where a volume is staged to the path of one pod.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.publish;

import org.jspecify.annotations.NullMarked;
