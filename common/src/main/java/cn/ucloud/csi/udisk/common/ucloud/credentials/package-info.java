/**
 * Where the keys of the API come from: the environment, files, the metadata server. Each is read
 * anew when it may have changed.
 */
@NullMarked
package cn.ucloud.csi.udisk.common.ucloud.credentials;

import org.jspecify.annotations.NullMarked;
