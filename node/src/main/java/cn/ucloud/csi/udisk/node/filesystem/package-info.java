/**
 * The filesystem of a volume: whose it is, making it on a blank disk, checking it before use.
 *
 * <p>The only package that writes to a disk. It does so only after {@code node.blank} said blank in
 * the same call, or to finish what it demonstrably began itself.
 */
@NullMarked
package cn.ucloud.csi.udisk.node.filesystem;

import org.jspecify.annotations.NullMarked;
