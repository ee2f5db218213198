/** The administrator's program, {@code kubectl udisk}: its main and its commands. */
@NullMarked
package cn.ucloud.csi.udisk.admin;

import org.jspecify.annotations.NullMarked;
