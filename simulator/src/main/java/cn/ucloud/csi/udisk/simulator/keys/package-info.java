/** Access keys, temporary keys, and the signature made with them. */
@NullMarked
package cn.ucloud.csi.udisk.simulator.keys;

import org.jspecify.annotations.NullMarked;
