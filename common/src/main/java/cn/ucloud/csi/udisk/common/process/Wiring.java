package cn.ucloud.csi.udisk.common.process;

import io.grpc.BindableService;
import java.util.List;

/**
 * Builds one process: a {@code main}'s list of {@code new}.
 *
 * @param <C> the config of the process
 */
@FunctionalInterface
public interface Wiring<C> {

  /**
   * Makes everything and returns the services to be called. No call arrives before it returns.
   *
   * <p>What must be closed is given to {@link ProcessScope#own}, also when this throws later.
   *
   * @throws cn.ucloud.csi.udisk.common.error.CannotStart if the process cannot do its work
   */
  List<BindableService> wire(C config, ProcessScope scope);
}
