/** New API keys: as they are typed, and the plan that puts them in the place of the old ones. */
@NullMarked
package cn.ucloud.csi.udisk.admin.keys;

import org.jspecify.annotations.NullMarked;
