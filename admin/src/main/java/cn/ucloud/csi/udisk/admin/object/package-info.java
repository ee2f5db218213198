/** Facts out of the API server's JSON, object by object; what is odd in one of them is absent. */
@NullMarked
package cn.ucloud.csi.udisk.admin.object;

import org.jspecify.annotations.NullMarked;
