/**
 * ControllerPublishVolume and ControllerUnpublishVolume: on which host a disk is, whether it may be
 * taken off, and one change at a time for each host. No protocol type comes in here, and no RetCode
 * leaves.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.attach;

import org.jspecify.annotations.NullMarked;
