/** How many requests the API permits, found out by what it refuses (decision 10). */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud.rate;

import org.jspecify.annotations.NullMarked;
