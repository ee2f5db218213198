/**
 * Compares the cloud's disks and snapshots with the cluster's objects, now and then, and tells what
 * does not fit.
 *
 * <p>Nothing here changes anything, in the cloud or in the cluster, but for the interim snapshots
 * that nobody needs any more: it has them removed. What it must know of the cluster it asks through
 * {@code ClusterRecords}.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.audit;

import org.jspecify.annotations.NullMarked;
