/**
 * The actions of the Label API that this driver uses, one record each, named and filled exactly as
 * documented.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud.label;

import org.jspecify.annotations.NullMarked;
