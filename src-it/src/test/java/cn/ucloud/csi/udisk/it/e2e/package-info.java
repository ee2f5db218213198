/**
 * What users do, in a real cluster that {@code KUBECONFIG} names and in which the driver is
 * installed; {@code make e2e} runs it, and {@code make test} does not. Classes are named {@code
 * …E2e}. Each test has a namespace of its own and leaves nothing behind.
 */
@NullMarked
package cn.ucloud.csi.udisk.it.e2e;

import org.jspecify.annotations.NullMarked;
