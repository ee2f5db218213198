/**
 * Who this driver is and whether it may be asked: the CSI Identity service.
 *
 * <p>What a process can do is told to it; it knows neither volumes nor clouds.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.identity;

import org.jspecify.annotations.NullMarked;
