/**
 * Reads of disks, hosts and snapshots that several callers share, and lists read page by page
 * (decision 11). Called by {@code polling} and by all that begin to work on a disk.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.reads;

import org.jspecify.annotations.NullMarked;
