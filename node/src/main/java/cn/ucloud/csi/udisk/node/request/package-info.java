/**
 * What kubelet asks for: proto messages turned into checked values, once.
 *
 * <p>The only package of this module, beside the service itself, that knows proto types.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.request;

import org.jspecify.annotations.NullMarked;
