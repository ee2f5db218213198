/**
 * The run in which the JVM learns what each role of the driver will load, so that it starts from a
 * cache of it.
 *
 * <p>Works as an ordinary user's container does: it needs no right to mount or to open disks. What
 * is refused then has been tried, and so is in the cache all the same.
 */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.aot;

import org.jspecify.annotations.NullMarked;
