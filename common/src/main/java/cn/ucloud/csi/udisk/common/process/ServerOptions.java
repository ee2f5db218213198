package cn.ucloud.csi.udisk.common.process;

import cn.ucloud.csi.udisk.common.config.CommonOptions;
import cn.ucloud.csi.udisk.common.config.Options;

/**
 * The flags of a process that serves CSI.
 *
 * @param <C> the immutable record they become
 */
public interface ServerOptions<C> extends Options<C> {

  /** The mixed-in flags that every serving process has. */
  CommonOptions common();
}
