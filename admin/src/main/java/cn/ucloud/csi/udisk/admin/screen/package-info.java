/** What people read, in English and Chinese: facts and findings as lines of text. */
@NullMarked
package cn.ucloud.csi.udisk.admin.screen;

import org.jspecify.annotations.NullMarked;
