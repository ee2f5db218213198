/** What is wrong with a volume, as either process knows it, and how callers are told. */
@NullMarked
package cn.ucloud.csi.udisk.common.health;

import org.jspecify.annotations.NullMarked;
