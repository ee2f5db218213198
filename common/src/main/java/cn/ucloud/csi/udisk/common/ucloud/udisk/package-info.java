/**
 * One record per action of the UDisk and UHost API, named and filled exactly as documented, and
 * what their answers are read into.
 *
 * <p>JSON ends here.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud.udisk;

import org.jspecify.annotations.NullMarked;
