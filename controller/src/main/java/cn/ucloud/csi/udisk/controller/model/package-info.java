/**
 * What the controller speaks of: volumes, snapshots, what is asked for and where it may be. Values
 * only; every package of the controller may use it.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.model;

import org.jspecify.annotations.NullMarked;
