/** NodeExpandVolume and NodeGetVolumeStats. */
@NullMarked
package cn.ucloud.csi.udisk.node.space;

import org.jspecify.annotations.NullMarked;
