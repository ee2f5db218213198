/**
 * Checked values that both processes speak of: ids, sizes, topology, publish context.
 *
 * <p>Nothing here does anything; a value that exists is valid.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.model;

import org.jspecify.annotations.NullMarked;
