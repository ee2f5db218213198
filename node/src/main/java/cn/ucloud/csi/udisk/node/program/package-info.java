/**
 * Programs of the host that work on a disk, within the memory that this process's limit leaves
 * them.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.program;

import org.jspecify.annotations.NullMarked;
