/** The metadata server that a host sees at 100.80.80.80, one for each simulated host. */
@NullMarked
package cn.ucloud.csi.udisk.simulator.metadata;

import org.jspecify.annotations.NullMarked;
