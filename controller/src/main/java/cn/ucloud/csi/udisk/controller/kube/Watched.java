package cn.ucloud.csi.udisk.controller.kube;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects of one kind, kept up to date by the API server. As old as a lost connection; an API
 * server that is away for longer ends this process by its lease.
 */
final class Watched<T extends HasMetadata> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  private final String what;
  private final SharedIndexInformer<T> informer;

  /**
   * @param what the objects' name in messages, such as "nodes"
   */
  Watched(String what, Informable<T> source) {
    this.what = what;
    this.informer = source.runnableInformer(0);
    informer.exceptionHandler((isStarted, failure) -> {
      LOG.warn("cannot watch {}, trying again: {}", what, failure.toString());
      return true;
    });
  }

  Watched<T> tell(ResourceEventHandler<? super T> handler) {
    informer.addEventHandler(handler);
    return this;
  }

  /** Returns at once; what there is becomes known later. */
  Watched<T> start() {
    var _ = informer.start();
    return this;
  }

  /**
   * Every object.
   *
   * @throws Unavailable if they are not known yet
   */
  List<T> all() {
    requireKnown();
    return informer.getStore().list();
  }

  /**
   * The object without namespace of this name.
   *
   * @throws Unavailable if the objects are not known yet
   */
  Optional<T> find(String name) {
    requireKnown();
    return Optional.ofNullable(informer.getStore().getByKey(name));
  }

  private void requireKnown() {
    if (!informer.hasSynced()) {
      throw new Unavailable("the " + what + " of the cluster are not known yet");
    }
  }

  @Override
  public void close() {
    informer.close();
  }
}
