/**
 * The plugin of kubectl and the scripts beside it, run by the shells that people and images have.
 */
@NullMarked
package cn.ucloud.csi.udisk.it.plugin;

import org.jspecify.annotations.NullMarked;
