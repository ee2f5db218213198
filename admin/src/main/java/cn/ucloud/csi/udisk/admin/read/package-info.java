/**
 * Which requests answer a question, of the whole cluster or of a part of it. What cannot be read is
 * a gap in the facts, never an error, so that the rest can still be shown.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.read;

import org.jspecify.annotations.NullMarked;
