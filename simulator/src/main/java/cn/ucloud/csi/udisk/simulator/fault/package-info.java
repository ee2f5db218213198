/** Scripted trouble between a client and the API, and the log of what was called. */
@NullMarked
package cn.ucloud.csi.udisk.simulator.fault;

import org.jspecify.annotations.NullMarked;
