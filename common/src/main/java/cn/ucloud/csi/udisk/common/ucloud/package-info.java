/**
 * The UCloud API as this driver uses it: signing, sending, reading the envelope.
 *
 * <p>Nothing here knows CSI, gRPC or Kubernetes. Failures leave as {@link UCloudException}; what a
 * CSI caller should hear of them is the controller's business.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud;

import org.jspecify.annotations.NullMarked;
