/**
 * The rules of the region: states of a disk, who may do what when, and with which RetCode it is
 * refused.
 *
 * <p>Callers hold {@link Region#exclusively}. Nothing here knows HTTP; the names of parameters and
 * fields belong to {@code simulator.api}.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.region;

import org.jspecify.annotations.NullMarked;
