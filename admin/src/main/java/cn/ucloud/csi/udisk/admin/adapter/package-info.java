/** The ports on a real API server and the real cloud. */
@NullMarked
package cn.ucloud.csi.udisk.admin.adapter;

import org.jspecify.annotations.NullMarked;
