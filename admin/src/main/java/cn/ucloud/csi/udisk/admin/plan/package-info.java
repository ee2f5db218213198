/**
 * What would be done, and the proof that it may be: decided from facts alone, one step at a time.
 * After each step everything is read and decided anew, so a plan that was cut short goes on where
 * it is, and one that is done has nothing left to do. No plan can be forced.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.plan;

import org.jspecify.annotations.NullMarked;
