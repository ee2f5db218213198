/** ListVolumes and ControllerGetVolume: all disks of the region as the cluster must know them. */
@NullMarked
package cn.ucloud.csi.udisk.controller.listing;

import org.jspecify.annotations.NullMarked;
