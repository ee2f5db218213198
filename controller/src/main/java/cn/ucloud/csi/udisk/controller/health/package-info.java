/**
 * ControllerGetVolumeHealth and ControllerListVolumeHealth: what is wrong with volumes as cloud and
 * cluster show them.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.health;

import org.jspecify.annotations.NullMarked;
