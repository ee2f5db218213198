/**
 * Unix sockets as gRPC servers use them: the endpoint's path, the socket file, and who else may be
 * listening.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.grpc.socket;

import org.jspecify.annotations.NullMarked;
