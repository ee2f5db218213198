/**
 * Where log lines go and what they look like.
 *
 * <p>Everybody logs through SLF4J; only this package knows logback and java.util.logging.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.log;

import org.jspecify.annotations.NullMarked;
