/**
 * What is on a disk, answered so that "nothing" can be believed: two independent looks must agree.
 *
 * <p>Only reads. Whoever formats a disk asks here first and does nothing in between.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.blank;

import org.jspecify.annotations.NullMarked;
