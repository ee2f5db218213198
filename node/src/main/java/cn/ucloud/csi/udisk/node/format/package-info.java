/**
 * Whether a disk is blank, ours or foreign, and mkfs for one that is blank (decision 13). Nothing
 * else of the driver writes a filesystem.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.format;

import org.jspecify.annotations.NullMarked;
