/**
 * The values of a simulated region: disks, hosts and what is said about them.
 *
 * <p>Everything here is immutable and can be written as JSON. Nothing here decides anything.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.model;

import org.jspecify.annotations.NullMarked;
