/**
 * The ports to the UCloud API and their only implementations: one method per request, answers as
 * typed records, and every RetCode turned into an error with a meaning. Nothing is repeated or
 * waited for here.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.cloud;

import org.jspecify.annotations.NullMarked;
