/** NodeGetVolumeHealth: what is wrong with a staged volume on this node; asks no disk. */
@NullMarked
package cn.ucloud.csi.udisk.node.health;

import org.jspecify.annotations.NullMarked;
