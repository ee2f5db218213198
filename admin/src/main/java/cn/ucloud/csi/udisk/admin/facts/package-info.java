/**
 * What is true at one moment of a cluster, its driver and its cloud, as plain values that can be
 * written as JSON and read again: a support bundle carries them, so that a user's case becomes a
 * test. Nothing here reads anything; every package of the admin's tool may use it.
 *
 * <p>A text that is absent is empty, an instant that is absent is the epoch, a number that is not
 * known is -1.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.facts;

import org.jspecify.annotations.NullMarked;
