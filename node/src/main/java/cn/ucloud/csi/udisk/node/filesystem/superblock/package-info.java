/** Superblocks as the filesystems' own sources define them, read from the disk. */
@NullMarked
package cn.ucloud.csi.udisk.node.filesystem.superblock;

import org.jspecify.annotations.NullMarked;
