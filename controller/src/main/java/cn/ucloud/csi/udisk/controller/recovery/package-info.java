/**
 * Nodes whose hosts are off are marked as out of service, so that their pods and volumes move, and
 * the marks are taken away again (decision 23).
 *
 * <p>What it must know of the cluster, and change there, goes through {@code NodeMarks}; in the
 * cloud nothing is changed.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.recovery;

import org.jspecify.annotations.NullMarked;
