/**
 * Requests, read once into checked values; nothing behind this package sees a protocol type.
 *
 * <p>What is wrong is told with the field, the problem and what is allowed, before any cloud call.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.request;

import org.jspecify.annotations.NullMarked;
