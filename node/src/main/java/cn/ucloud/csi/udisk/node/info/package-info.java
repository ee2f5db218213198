/**
 * Which node this is and what is attached to it, as the cloud tells the node itself.
 *
 * <p>No cloud keys and no Kubernetes: the metadata server is all a node may ask (decision 15).
 */
@NullMarked
package cn.ucloud.csi.udisk.node.info;

import org.jspecify.annotations.NullMarked;
