package cn.ucloud.csi.udisk.simulator.config;

import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lays settings over the defaults, later ones over earlier ones, and reads the result.
 *
 * <p>Each layer is a tree of the same shape as {@link SimulatorConfig}; a key that is not in that
 * shape is an error.
 */
public final class ConfigReader {
  private static final Pattern WORD = Pattern.compile("-([a-z])");

  private final ObjectNode tree;

  public ConfigReader(Path stateDir) {
    this.tree = Json.MAPPER.valueToTree(SimulatorConfig.defaults(stateDir));
  }

  /** Lays a YAML file over what is there. An empty file changes nothing. */
  public void lay(Path yaml) {
    try {
      if (new YAMLMapper().readTree(Files.readString(yaml)) instanceof ObjectNode layer) {
        lay(layer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + yaml, e);
    }
  }

  public void lay(ObjectNode layer) {
    merge(tree, layer);
  }

  /** Sets one value, for example {@code set("200ms", "delays", "attach")}. */
  public void set(String value, String... path) {
    ObjectNode at = tree;
    for (int i = 0; i < path.length - 1; i++) {
      at = (ObjectNode) at.get(path[i]);
    }
    at.put(path[path.length - 1], value);
  }

  /** Adds a host written as {@code id=uhost-a,zone=cn-bj2-02,machine-type=O}. */
  public void addHost(String flag) {
    ObjectNode host = JsonNodeFactory.instance.objectNode();
    for (String part : flag.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--host: not key=value: '" + part + "'");
      }
      host.put(camelCase(part.substring(0, equals).strip()), part.substring(equals + 1).strip());
    }
    ((ArrayNode) tree.get("hosts")).add(host);
  }

  public SimulatorConfig read() {
    ArrayNode hosts = JsonNodeFactory.instance.arrayNode();
    tree.get("hosts").forEach(host -> hosts.add(completed(host)));
    tree.set("hosts", hosts);
    return read(tree, SimulatorConfig.class);
  }

  /** A host from a tree that names at least its id and zone. */
  public static HostSpec readHost(JsonNode host) {
    return read(completed(host), HostSpec.class);
  }

  private static ObjectNode completed(JsonNode host) {
    if (!host.hasNonNull("id") || !host.hasNonNull("zone")) {
      throw new IllegalArgumentException("a host needs id and zone: " + host);
    }
    HostSpec defaults = HostSpec.of(host.get("id").asText(), host.get("zone").asText());
    ObjectNode completed = Json.MAPPER.valueToTree(defaults);
    host.properties().forEach(field -> completed.set(field.getKey(), field.getValue()));
    return completed;
  }

  private static <T> T read(ObjectNode from, Class<T> type) {
    try {
      return Json.MAPPER.treeToValue(from, type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("configuration: " + e.getOriginalMessage(), e);
    }
  }

  private static void merge(ObjectNode base, ObjectNode layer) {
    for (Map.Entry<String, JsonNode> field : layer.properties()) {
      if (base.get(field.getKey()) instanceof ObjectNode below
          && field.getValue() instanceof ObjectNode above) {
        merge(below, above);
      } else {
        base.set(field.getKey(), field.getValue());
      }
    }
  }

  private static String camelCase(String flagName) {
    return WORD.matcher(flagName).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
  }
}
