/**
 * The demonstration: one disk's whole life, from processes that are started as a cluster would
 * start them.
 *
 * <p>{@link Workplace} is the one directory in which all of it happens and from which it is swept
 * away, by this run or by the next; {@link Story} is what happens. Facts are read where a person
 * would look for them: the region's console, the host's sysfs, the mount table.
 */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.demo;

import org.jspecify.annotations.NullMarked;
