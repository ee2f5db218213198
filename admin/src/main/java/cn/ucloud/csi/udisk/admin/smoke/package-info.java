/**
 * A test volume's whole life, step by step. Its objects have one label and one beginning of their
 * names; the plugin makes them, and touches no others.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.smoke;

import org.jspecify.annotations.NullMarked;
