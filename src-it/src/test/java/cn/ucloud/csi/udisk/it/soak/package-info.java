/**
 * {@code make soak}: real processes live through many volumes and much trouble, and must be as
 * large at the end as they were before.
 *
 * <p>What is there shows parts of that, and is what this is made of. {@code ChurnIT} counts objects
 * of one controller without nodes or trouble, {@code NodeLifeIT} kills a node, {@code
 * KilledProcessesIT} and {@code LostAnswersIT} a controller without nodes, {@code suite} all that
 * in virtual time and one JVM; {@code bench} measures once. None of them lasts, nor has it all at
 * once.
 *
 * <p>{@code SoakIT} lives for a minute in {@code make test}, so that this goes on working. How long
 * a process has grown is told by {@code LongSoak} alone.
 */
@NullMarked
package cn.ucloud.csi.udisk.it.soak;

import org.jspecify.annotations.NullMarked;
