/**
 * Labels of disks and snapshots, by which bills are split: what each is to have, and binding it
 * until it has. No RPC waits for that, and a volume is as good without its labels.
 *
 * <p>What has been bound to a disk is written on its persistent volume, so that nothing is asked of
 * the cloud where nothing is to be done.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.label;

import org.jspecify.annotations.NullMarked;
