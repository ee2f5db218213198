/**
 * Linux system calls through the foreign function interface: mount, umount2, exclusive open.
 *
 * <p>Only this package names C functions, flag bits and errno. Nothing here decides anything.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.linux;

import org.jspecify.annotations.NullMarked;
