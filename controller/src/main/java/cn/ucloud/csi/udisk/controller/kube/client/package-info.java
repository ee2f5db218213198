/**
 * The API server as a client sees it: connections, informers that keep projections, pages and
 * patches.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube.client;

import org.jspecify.annotations.NullMarked;
