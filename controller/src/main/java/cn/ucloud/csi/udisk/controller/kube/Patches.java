package cn.ucloud.csi.udisk.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import java.util.Map;

/** Changes of objects that others write to as well. */
final class Patches {
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private Patches() {}

  /**
   * Puts {@code value} in the place of one field of the object's spec, if the object is still as it
   * was {@code seen}.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException if it is not, or cannot be
   *     reached
   */
  static <T extends HasMetadata> void replace(
      Resource<T> object, T seen, String specField, Object value) {
    String version = seen.getMetadata().getResourceVersion();
    var _ =
        object.patch(
            PatchContext.of(PatchType.JSON),
            JSON.asJson(
                List.of(
                    Map.of("op", "test", "path", "/metadata/resourceVersion", "value", version),
                    Map.of("op", "add", "path", "/spec/" + specField, "value", value))));
  }
}
