/**
 * This process as one of its cluster's controllers: stands by until it holds the lease, acts then,
 * and ends when the lease is lost. Wires what is below it.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube;

import org.jspecify.annotations.NullMarked;
