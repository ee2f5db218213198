/** What the tests of all modules share. */
@NullMarked
package cn.ucloud.csi.udisk.testing;

import org.jspecify.annotations.NullMarked;
