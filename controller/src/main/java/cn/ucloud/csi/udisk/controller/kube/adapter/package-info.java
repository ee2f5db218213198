/** The ports of {@code cluster} and {@code audit} on a real API server. */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube.adapter;

import org.jspecify.annotations.NullMarked;
