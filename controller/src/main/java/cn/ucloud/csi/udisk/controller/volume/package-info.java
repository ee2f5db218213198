/**
 * Volumes as this process makes, attaches, detaches and deletes them: every step repeatable at any
 * moment, also after a lost answer or a crash. All state is in the cloud.
 *
 * <p>No protocol type comes in here, and no RetCode leaves.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.volume;

import org.jspecify.annotations.NullMarked;
