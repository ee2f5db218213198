/**
 * What can go wrong, sorted by what the caller must do about it.
 *
 * <p>Nothing here names a gRPC code; {@code common.grpc.GrpcStatuses} alone does that.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.error;

import org.jspecify.annotations.NullMarked;
