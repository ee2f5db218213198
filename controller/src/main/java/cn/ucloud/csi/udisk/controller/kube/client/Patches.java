package cn.ucloud.csi.udisk.controller.kube.client;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Changes of objects that others write to as well. The client reads an object before it patches it
 * unless it is given one, which would need the right to.
 */
public final class Patches {
  /** The code for a JSON patch whose test fails. */
  private static final int UNPROCESSABLE = 422;

  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private Patches() {}

  /**
   * Puts {@code value} in the place of one field of the object's spec, if the object is still of
   * this version.
   *
   * @param named the object, of which only its kind, namespace and name count
   * @throws KubernetesClientException if it is not, or cannot be reached
   */
  public static void replace(
      KubernetesClient client, HasMetadata named, String version, String specField, Object value) {
    replace(client, named, version, Map.of("/spec/" + specField, value));
  }

  /** The same for several fields at once, by their paths in the object. */
  public static void replace(
      KubernetesClient client, HasMetadata named, String version, Map<String, ?> fields) {
    List<Map<String, ?>> steps = new ArrayList<>();
    steps.add(Map.of("op", "test", "path", "/metadata/resourceVersion", "value", version));
    fields.forEach((path, value) -> steps.add(Map.of("op", "add", "path", path, "value", value)));
    var _ = client.resource(named).patch(PatchContext.of(PatchType.JSON), JSON.asJson(steps));
  }

  /** Whether a change failed because the object was not as it had been seen. */
  public static boolean isOutdated(RuntimeException failure) {
    return failure instanceof KubernetesClientException e
        && (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == UNPROCESSABLE);
  }

  /**
   * Puts the values in the place of fields of an object, whatever it is now.
   *
   * @param named the object, of which only its kind, namespace and name count
   * @throws KubernetesClientException if it is gone, or cannot be reached
   */
  public static void merge(KubernetesClient client, HasMetadata named, Map<String, ?> fields) {
    var _ =
        client.resource(named).patch(PatchContext.of(PatchType.JSON_MERGE), JSON.asJson(fields));
  }
}
