/**
 * What a process of a pod leaves for the next one of the same pod, beside their socket: which
 * process it was, and which of its requests may still be done (decisions 4 and 5).
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.journal;

import org.jspecify.annotations.NullMarked;
