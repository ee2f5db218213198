/**
 * A UCloud region on one machine: API, hosts, disks, metadata servers.
 *
 * <p>It shares no class with the driver, so that a misunderstanding cannot agree with itself. Calls
 * go from this package to {@code api}, {@code metadata} and {@code admin}, from there to {@code
 * region}, and from there to {@code hypervisor} and {@code store}.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator;

import org.jspecify.annotations.NullMarked;
