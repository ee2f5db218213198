/**
 * The demo's cluster as {@code kubectl udisk} reads it: what the callers of the driver know, as
 * objects of a Kubernetes API.
 *
 * <p>Only the demo calls in.
 */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.demo.kubectl;

import org.jspecify.annotations.NullMarked;
