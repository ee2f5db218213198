/**
 * What an operator's tools can ask this process over HTTP: metrics, alive, ready.
 *
 * <p>Modules register their own instruments with {@link Metrics#registry()}; here are only those
 * that both processes have. Nothing here knows gRPC or CSI types. What each one means is in {@code
 * docs/metrics.md}.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.metrics;

import org.jspecify.annotations.NullMarked;
