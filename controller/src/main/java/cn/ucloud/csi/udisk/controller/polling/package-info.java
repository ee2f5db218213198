/**
 * Waiting until a disk is as it should be: when to read it again, for how long, and which reads are
 * too old to be believed.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.polling;

import org.jspecify.annotations.NullMarked;
