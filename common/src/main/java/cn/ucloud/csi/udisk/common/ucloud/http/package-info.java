/**
 * What the cloud's HTTP interfaces have in common: bodies that are sent once, answers read with a
 * bound, failures in words, proxies.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud.http;

import org.jspecify.annotations.NullMarked;
