/**
 * The commands that want something to be different: each makes a plan, and shows it or hands out
 * its steps. This program itself sends none of them; the user's own kubectl does.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.change;

import org.jspecify.annotations.NullMarked;
