/**
 * CreateVolume, DeleteVolume and ControllerExpandVolume: where a disk is made, of what, once, and
 * when it may go. No protocol type comes in here, and no RetCode leaves.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.provision;

import org.jspecify.annotations.NullMarked;
