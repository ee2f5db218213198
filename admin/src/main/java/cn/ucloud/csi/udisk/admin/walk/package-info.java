/** What must be so one after the other, and how far it is. */
@NullMarked
package cn.ucloud.csi.udisk.admin.walk;

import org.jspecify.annotations.NullMarked;
