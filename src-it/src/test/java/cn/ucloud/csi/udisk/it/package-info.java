/**
 * What only the parts together can show: real processes of the driver on real sockets, in a
 * simulated region, on real block devices where the name says so; and the rules of structure.
 *
 * <p>A test here names what an operator or a sidecar would see. What one module can show alone is
 * tested there.
 */
@NullMarked
package cn.ucloud.csi.udisk.it;

import org.jspecify.annotations.NullMarked;
