/** The Lease that decides which process acts. Every change of the cloud needs its permission. */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube.lease;

import org.jspecify.annotations.NullMarked;
