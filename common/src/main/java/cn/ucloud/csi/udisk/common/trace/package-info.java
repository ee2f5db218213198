/**
 * What a request is doing, as a tracing system shows it: spans, and which one the work of a thread
 * belongs to.
 *
 * <p>Nothing here knows OpenTelemetry. Where traces are off there are no spans, and nothing is
 * loaded that could send any.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.trace;

import org.jspecify.annotations.NullMarked;
