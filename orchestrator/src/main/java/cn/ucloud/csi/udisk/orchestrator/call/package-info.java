/**
 * One CSI call as a sidecar or kubelet makes it: its connection, its time-out, its repeats, and
 * what its code means to the caller.
 */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.call;

import org.jspecify.annotations.NullMarked;
