package cn.ucloud.csi.udisk.controller.kube.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an informer keeps of objects without namespace: of each only what is made of it here. To the
 * informer itself, which compares names alone, it shows empty objects of these names.
 *
 * <p>An object that cannot be understood is left out, with one warning for each of its versions,
 * and does not keep the others from being known.
 */
final class ProjectedStore<T extends HasMetadata, P> implements ItemStore<T> {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectedStore.class);

  private final String what;
  private final Supplier<T> empty;
  private final Function<T, P> projection;
  private final Map<String, P> kept = new ConcurrentHashMap<>();
  private final List<Consumer<? super P>> listeners = new CopyOnWriteArrayList<>();

  ProjectedStore(String what, Supplier<T> empty, Function<T, P> projection) {
    this.what = what;
    this.empty = empty;
    this.projection = projection;
  }

  /** Is told of every object that comes or changes, while others wait. */
  void tell(Consumer<? super P> listener) {
    listeners.add(listener);
  }

  Collection<P> all() {
    return kept.values();
  }

  Optional<P> find(String name) {
    return Optional.ofNullable(kept.get(name));
  }

  @Override
  public String getKey(T object) {
    return Optional.ofNullable(object.getMetadata()).map(meta -> meta.getName()).orElse("");
  }

  @Override
  public @Nullable T put(String name, T object) {
    Optional<P> made = make(name, object);
    if (made.isEmpty()) {
      return remove(name);
    }
    T before = shown(name, kept.put(name, made.get()));
    listeners.forEach(listener -> listener.accept(made.get()));
    return before;
  }

  private Optional<P> make(String name, T object) {
    try {
      return Optional.of(projection.apply(object));
    } catch (RuntimeException e) {
      LOG.warn("cannot understand {} of the {}, leaving it out", name, what, e);
      return Optional.empty();
    }
  }

  @Override
  public @Nullable T remove(String name) {
    return shown(name, kept.remove(name));
  }

  @Override
  public Stream<String> keySet() {
    return kept.keySet().stream();
  }

  @Override
  public Stream<T> values() {
    return keySet().map(this::shown);
  }

  @Override
  public int size() {
    return kept.size();
  }

  @Override
  public @Nullable T get(String name) {
    return shown(name, kept.get(name));
  }

  /** False: what the informer tells of must not come from here. */
  @Override
  public boolean isFullState() {
    return false;
  }

  private @Nullable T shown(String name, @Nullable P projection) {
    return projection == null ? null : shown(name);
  }

  private T shown(String name) {
    T object = empty.get();
    object.setMetadata(new ObjectMetaBuilder().withName(name).build());
    return object;
  }
}
