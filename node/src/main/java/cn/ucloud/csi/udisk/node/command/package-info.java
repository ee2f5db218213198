/**
 * Running programs of this host: argument lists only, never a shell, never without a time limit.
 *
 * <p>Used for mkfs, fsck and blkid; what the kernel offers as a system call is in {@code
 * node.linux} (decision 14).
 */
@NullMarked
package cn.ucloud.csi.udisk.node.command;

import org.jspecify.annotations.NullMarked;
