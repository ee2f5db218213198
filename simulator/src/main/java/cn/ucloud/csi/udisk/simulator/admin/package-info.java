/**
 * Our own way into the simulator: looking at its state, and doing what happens behind a driver's
 * back.
 *
 * <p>No part of the UCloud API. Everything here exists in Java and over HTTP.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.admin;

import org.jspecify.annotations.NullMarked;
