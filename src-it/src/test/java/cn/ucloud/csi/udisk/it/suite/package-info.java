/**
 * Proofs that need thousands of cases: the controller's own classes and a simulated region in one
 * JVM, in a time of their own.
 */
@NullMarked
package cn.ucloud.csi.udisk.it.suite;

import org.jspecify.annotations.NullMarked;
