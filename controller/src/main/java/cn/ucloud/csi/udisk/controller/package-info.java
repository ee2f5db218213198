/**
 * The process beside provisioner and attacher: wiring, flags, and the Controller service.
 *
 * <p>A call is read in {@code request}, done in {@code volume}, answered here.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller;

import org.jspecify.annotations.NullMarked;
