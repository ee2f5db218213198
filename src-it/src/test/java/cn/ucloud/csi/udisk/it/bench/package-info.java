/**
 * {@code make bench}: what the driver costs and how fast it is, measured on real processes, and
 * compared with what was aimed at.
 *
 * <p>Nothing here passes or fails by a figure. {@code BenchIT} runs each scenario in its smallest
 * size, so that it goes on working.
 */
@NullMarked
package cn.ucloud.csi.udisk.it.bench;

import org.jspecify.annotations.NullMarked;
