package cn.ucloud.csi.udisk.admin.plan;

import cn.ucloud.csi.udisk.admin.facts.Attachment;
import cn.ucloud.csi.udisk.admin.facts.Disk;
import cn.ucloud.csi.udisk.admin.facts.Facts;
import cn.ucloud.csi.udisk.admin.facts.Volume;
import cn.ucloud.csi.udisk.admin.link.Links;
import cn.ucloud.csi.udisk.common.model.Topology;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How steps are written. */
final class Steps {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How this driver marks the disks of a cluster: a name that ends with the cluster's id. */
  private static final Pattern MARK = Pattern.compile(".*_(uk8s-[A-Za-z0-9-]+)");

  private Steps() {}

  /** A patch that holds only for this very object at this version. */
  static PatchOf patch(String resource, String namespace, String name, String uid, String version) {
    return new PatchOf(resource, namespace, name)
        .test("/metadata/uid", uid)
        .test("/metadata/resourceVersion", version);
  }

  static PatchOf patch(Volume volume) {
    return patch("persistentvolume", "", volume.name(), volume.uid(), volume.version());
  }

  static PatchOf patch(Attachment attachment) {
    return patch("volumeattachment", "", attachment.name(), attachment.uid(), attachment.version());
  }

  /** A JSON patch that grows. */
  static final class PatchOf {
    private final String resource;
    private final String namespace;
    private final String name;
    private final ArrayNode operations = JSON.createArrayNode();

    private PatchOf(String resource, String namespace, String name) {
      this.resource = resource;
      this.namespace = namespace;
      this.name = name;
    }

    PatchOf test(String path, String value) {
      return add("test", path, JSON.getNodeFactory().textNode(value));
    }

    PatchOf replace(String path, String value) {
      return add("replace", path, JSON.getNodeFactory().textNode(value));
    }

    PatchOf add(String path, JsonNode value) {
      return add("add", path, value);
    }

    PatchOf remove(String path) {
      operations.addObject().put("op", "remove").put("path", path);
      return this;
    }

    private PatchOf add(String operation, String path, JsonNode value) {
      operations.addObject().put("op", operation).put("path", path).set("value", value);
      return this;
    }

    Step.Patch step() {
      return new Step.Patch(resource, namespace, name, operations.toString());
    }
  }

  /** Another volume that names the same disk, which so may be in use in its name. */
  static Optional<Volume> otherOf(Volume volume, Links links) {
    return links.volumesOf(volume.disk()).stream()
        .filter(other -> !other.name().equals(volume.name()))
        .findFirst();
  }

  /** Whether its name has the mark of another cluster. */
  static boolean isOfAnotherCluster(Disk disk, Facts facts) {
    var mark = MARK.matcher(disk.name());
    return mark.matches() && !mark.group(1).equals(facts.clusterId());
  }

  /** Where a disk can be used, into the spec of a volume. */
  static void putAffinity(ObjectNode spec, Disk disk, Facts facts) {
    ObjectNode term = object();
    ArrayNode expressions = term.putArray("matchExpressions");
    Topology topology = new Topology(facts.region(), disk.zone(), "rssd".equals(disk.type()));
    new TreeMap<>(topology.segments())
        .forEach((key, value) ->
            expressions
                .addObject()
                .put("key", key)
                .put("operator", "In")
                .putArray("values")
                .add(value));
    spec.putObject("nodeAffinity").putObject("required").putArray("nodeSelectorTerms").add(term);
  }

  /** A size as people write it, where that is exact. */
  static String quantity(long bytes) {
    return bytes % (1L << 30) == 0 ? (bytes >> 30) + "Gi" : String.valueOf(bytes);
  }

  static ObjectNode labels(Map<String, String> labels) {
    ObjectNode object = object();
    new TreeMap<>(labels).forEach(object::put);
    return object;
  }

  /** The same back from its JSON; none of what is no such JSON. */
  static Map<String, String> labels(String json) {
    Map<String, String> labels = new TreeMap<>();
    try {
      JSON.readTree(json)
          .properties()
          .forEach(field -> labels.put(field.getKey(), field.getValue().asText()));
    } catch (JsonProcessingException _) {
      return Map.of();
    }
    return labels;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static Step.Create create(ObjectNode object) {
    return new Step.Create(object.toString());
  }

  /** A deletion of this very object. */
  static Step.Delete delete(String path, String uid) {
    return delete(path, object().put("uid", uid));
  }

  /** The same, at this very version. */
  static Step.Delete delete(String path, String uid, String version) {
    return delete(path, object().put("uid", uid).put("resourceVersion", version));
  }

  private static Step.Delete delete(String path, ObjectNode preconditions) {
    ObjectNode options = object().put("apiVersion", "v1").put("kind", "DeleteOptions");
    options.set("preconditions", preconditions);
    return new Step.Delete(path, options.toString());
  }

  static Step.Delete delete(Attachment attachment) {
    return delete(
        "/apis/storage.k8s.io/v1/volumeattachments/" + attachment.name(), attachment.uid());
  }

  /**
   * What names a claim in a volume.
   *
   * @param claim as namespace/name
   */
  static ObjectNode claimRef(String claim) {
    int slash = claim.indexOf('/');
    return object()
        .put("apiVersion", "v1")
        .put("kind", "PersistentVolumeClaim")
        .put("namespace", claim.substring(0, slash))
        .put("name", claim.substring(slash + 1));
  }

  /** The claim that a volume is to be bound to, of its size and class. */
  static ObjectNode claim(String namespace, String name, Volume volume) {
    ObjectNode claim = object().put("apiVersion", "v1").put("kind", "PersistentVolumeClaim");
    claim.putObject("metadata").put("namespace", namespace).put("name", name);
    ObjectNode spec = claim.putObject("spec");
    ArrayNode modes = spec.putArray("accessModes");
    volume.accessModes().forEach(modes::add);
    spec.putObject("resources").putObject("requests").put("storage", quantity(volume.bytes()));
    spec.put("storageClassName", volume.className());
    spec.put("volumeMode", volume.isBlock() ? "Block" : "Filesystem");
    spec.put("volumeName", volume.name());
    return claim;
  }
}
