package cn.ucloud.csi.udisk.controller.kube.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** How objects of the API server are read. */
final class Json {
  private Json() {}

  /**
   * API servers are written in Go, where an empty list may be told as {@code []}, as {@code null}
   * or not at all: kubelet's CSINode for a node without any driver says {@code "drivers": null}.
   * Here all three are the same, so that a list or a map is never null and holds no null.
   *
   * <p>What is large and used by nobody here is skipped while it is read, so that it is never an
   * object: a Node tells of 50 images and repeats all its field names in managedFields.
   */
  static KubernetesSerialization serialization() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.setDefaultSetterInfo(JsonSetter.Value.construct(Nulls.SKIP, Nulls.SKIP));
    mapper.addMixIn(ObjectMeta.class, ReadMetadata.class);
    mapper.addMixIn(NodeStatus.class, ReadNodeStatus.class);
    return new KubernetesSerialization(mapper, true);
  }

  @JsonIgnoreProperties({"managedFields", "ownerReferences"})
  private interface ReadMetadata {}

  @JsonIgnoreProperties({
    "allocatable",
    "capacity",
    "images",
    "nodeInfo",
    "runtimeHandlers",
    "volumesAttached"
  })
  private interface ReadNodeStatus {}
}
