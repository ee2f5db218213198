/**
 * The four calls that change what is mounted: stage, unstage, publish, unpublish.
 *
 * <p>Each can be repeated after any failure, also after the process was killed at any point. What
 * is mounted is asked of the kernel every time; one call per volume at a time is the caller's duty.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.stage;

import org.jspecify.annotations.NullMarked;
