/**
 * What is wrong, concluded from facts alone: the same facts always give the same findings. A check
 * concludes nothing from what was not read.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.check;

import org.jspecify.annotations.NullMarked;
