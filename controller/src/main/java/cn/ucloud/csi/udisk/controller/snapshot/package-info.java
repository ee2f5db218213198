/** CreateSnapshot, DeleteSnapshot and what is asked about snapshots. */
@NullMarked
package cn.ucloud.csi.udisk.controller.snapshot;

import org.jspecify.annotations.NullMarked;
