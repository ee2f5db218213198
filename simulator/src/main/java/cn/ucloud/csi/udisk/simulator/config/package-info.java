/**
 * What a simulated region is made of and how fast it is, with a default for everything.
 *
 * <p>Flags, YAML and Java all end in the same {@link SimulatorConfig}.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.config;

import org.jspecify.annotations.NullMarked;
