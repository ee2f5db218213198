/**
 * Small files that outlive this process but not this boot.
 *
 * <p>They hold only what the mount table cannot tell: which attachment a mount was made from, what
 * was asked for, what was begun. Losing them is always safe and never silent.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.state;

import org.jspecify.annotations.NullMarked;
