/**
 * The state directory: one JSON file for each disk and host, replaced as a whole.
 *
 * <p>What is in these files survives {@code kill -9}; what is only in memory is lost with it.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.store;

import org.jspecify.annotations.NullMarked;
