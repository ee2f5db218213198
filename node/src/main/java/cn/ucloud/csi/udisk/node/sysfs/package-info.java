/** What the kernel tells of block devices below {@code /sys}. */
@NullMarked
package cn.ucloud.csi.udisk.node.sysfs;

import org.jspecify.annotations.NullMarked;
