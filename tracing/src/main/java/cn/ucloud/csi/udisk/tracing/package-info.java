/**
 * Spans go to a collector by OpenTelemetry's protocol, OTLP over HTTP.
 *
 * <p>The only package that knows OpenTelemetry. Where traces are off, it is not on the class path.
 */
@NullMarked
package cn.ucloud.csi.udisk.tracing;

import org.jspecify.annotations.NullMarked;
