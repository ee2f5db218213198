/**
 * Linux system calls, made by a child process that a disk which hangs holds up in place of this
 * one: mount, umount2, whatever opens and reads a device (decision 14).
 *
 * <p>Only this package names calls, flag bits and errno. Nothing here decides anything.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.linux;

import org.jspecify.annotations.NullMarked;
