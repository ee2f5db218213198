/** What belongs to what among facts, and which node can take which volume. */
@NullMarked
package cn.ucloud.csi.udisk.admin.link;

import org.jspecify.annotations.NullMarked;
