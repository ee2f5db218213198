/**
 * The cluster this controller works for: who may act, where a pod was placed, what Kubernetes must
 * be told.
 *
 * <p>The only package that knows the Kubernetes client. The controller works without it where there
 * is no cluster, so what others need of it they ask through small interfaces of their own.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube;

import org.jspecify.annotations.NullMarked;
