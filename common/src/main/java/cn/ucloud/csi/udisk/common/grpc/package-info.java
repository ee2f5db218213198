/**
 * How CSI calls arrive and how answers leave: socket, server, status codes, call log.
 *
 * <p>The only package that knows {@code io.grpc} beyond the service base classes, and the only one
 * that chooses a gRPC code. Nothing here knows what a volume is.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.grpc;

import org.jspecify.annotations.NullMarked;
