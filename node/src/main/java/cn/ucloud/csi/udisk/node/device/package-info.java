/**
 * Which block device of this host is the volume: by serial, checked, or not at all.
 *
 * <p>Reads sysfs and device nodes; opens a device only to keep it, and never trusts a letter.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.device;

import org.jspecify.annotations.NullMarked;
