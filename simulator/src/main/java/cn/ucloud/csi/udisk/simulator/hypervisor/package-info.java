/**
 * What becomes of an attached disk on the machine that runs the simulator.
 *
 * <p>Knows loop devices and files, but no API, no states and no codes.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.hypervisor;

import org.jspecify.annotations.NullMarked;
