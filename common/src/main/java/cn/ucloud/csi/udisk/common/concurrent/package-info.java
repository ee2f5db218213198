/**
 * Who may work on a volume, and for how long: one operation per volume, which repeats join.
 *
 * <p>Nothing here knows what the work is, and nothing here knows gRPC.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.concurrent;

import org.jspecify.annotations.NullMarked;
