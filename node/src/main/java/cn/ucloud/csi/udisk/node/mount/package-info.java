/**
 * What is mounted where, as the kernel tells it, and paths in the kernel's spelling.
 *
 * <p>Reads only. The mount table, not our memory, is the state of the node process.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.mount;

import org.jspecify.annotations.NullMarked;
