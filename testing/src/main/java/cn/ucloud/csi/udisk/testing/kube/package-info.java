/** The Kubernetes API server of all tests, and what it keeps of others. */
@NullMarked
package cn.ucloud.csi.udisk.testing.kube;

import org.jspecify.annotations.NullMarked;
