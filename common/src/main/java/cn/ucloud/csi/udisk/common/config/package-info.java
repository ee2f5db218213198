/**
 * From command line and environment to one immutable record per process.
 *
 * <p>Flags win over variables, variables over defaults. The environment comes in as a map; only a
 * {@code main} reads the real one. Credentials are no flags and have no place here.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.config;

import org.jspecify.annotations.NullMarked;
