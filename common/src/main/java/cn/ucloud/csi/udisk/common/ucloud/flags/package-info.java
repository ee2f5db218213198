/** The flags about the cloud, for each process that asks it. */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud.flags;

import org.jspecify.annotations.NullMarked;
