package cn.ucloud.csi.udisk.controller.kube.client;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All objects of one kind without namespace, kept up to date by the API server: of each only what
 * is used. As old as a lost connection; an API server that is away for longer ends this process by
 * its lease.
 *
 * @param <P> what is kept of an object
 */
public final class Informer<P> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Informer.class);

  /** Asked for at once: 100 large nodes are 2 MB, as JSON and for that moment. */
  private static final long PAGE = 100;

  /** A name that CacheImpl of fabric8 gives it; all objects would be in it twice. */
  private static final String INDEX = "namespace";

  private final String what;
  private final SharedIndexInformer<?> informer;
  private final ProjectedStore<?, P> store;

  private Informer(String what, SharedIndexInformer<?> informer, ProjectedStore<?, P> store) {
    this.what = what;
    this.informer = informer;
    this.store = store;
  }

  /**
   * An informer that is not started yet.
   *
   * @param what the objects' name in messages, such as "nodes"
   * @param empty a new object of the kind
   * @param projection what to keep of an object
   */
  public static <T extends HasMetadata, P> Informer<P> of(
      String what, Informable<T> source, Supplier<T> empty, Function<T, P> projection) {
    ProjectedStore<T, P> store = new ProjectedStore<>(what, empty, projection);
    SharedIndexInformer<T> informer =
        source.withLimit(PAGE).runnableInformer(0).removeIndexer(INDEX).itemStore(store);
    informer.exceptionHandler((isStarted, failure) -> {
      LOG.warn("cannot watch {}, trying again: {}", what, failure.toString());
      return true;
    });
    return new Informer<>(what, informer, store);
  }

  /**
   * The listener is told of every object that comes or changes, and must not keep others waiting.
   */
  public Informer<P> tell(Consumer<? super P> listener) {
    store.tell(listener);
    return this;
  }

  /** Returns at once; what there is becomes known later, and with it what is returned. */
  public CompletableFuture<?> start() {
    return informer.start().toCompletableFuture();
  }

  /**
   * What is kept of every object, now and later.
   *
   * @throws Unavailable if they are not known yet
   */
  public Collection<P> all() {
    requireKnown();
    return store.all();
  }

  /**
   * The object of this name.
   *
   * @throws Unavailable if the objects are not known yet
   */
  public Optional<P> find(String name) {
    requireKnown();
    return store.find(name);
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
