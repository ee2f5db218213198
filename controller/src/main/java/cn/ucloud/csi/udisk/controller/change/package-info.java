/**
 * Requests that change something, sent once and remembered until their effect has been seen
 * (decision 5). Called by {@code attach}, {@code provision} and {@code snapshot}.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.change;

import org.jspecify.annotations.NullMarked;
