package cn.ucloud.csi.udisk.controller.kube.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import java.util.function.Consumer;
import java.util.function.Function;

/** Lists that the API server gives in parts. */
public final class Pages {
  /** 100 large nodes are 2 MB, as JSON and for that moment. */
  private static final long PAGE = 100;

  private Pages() {}

  /**
   * Every object of the list, asked of the API server itself.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if a part cannot be read
   */
  public static <T extends HasMetadata> void forEach(
      Function<ListOptions, ? extends KubernetesResourceList<T>> list, Consumer<T> consumer) {
    forEach(PAGE, list, consumer);
  }

  /** The same in parts of another size, for objects that are smaller. */
  public static <T extends HasMetadata> void forEach(
      long part,
      Function<ListOptions, ? extends KubernetesResourceList<T>> list,
      Consumer<T> consumer) {
    String next = null;
    do {
      KubernetesResourceList<T> page =
          list.apply(new ListOptionsBuilder().withLimit(part).withContinue(next).build());
      page.getItems().forEach(consumer);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}
