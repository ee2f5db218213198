/** The commands that only ask: each reads what it needs, and prints one screen. */
@NullMarked
package cn.ucloud.csi.udisk.admin.ask;

import org.jspecify.annotations.NullMarked;
