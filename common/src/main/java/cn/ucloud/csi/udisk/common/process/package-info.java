/**
 * The life of a serving process from {@code main} to its end.
 *
 * <p>What it serves is decided by the {@link Wiring} of each process; nothing here knows which of
 * them it is running.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.process;

import org.jspecify.annotations.NullMarked;
