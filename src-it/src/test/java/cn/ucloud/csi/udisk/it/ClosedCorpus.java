package cn.ucloud.csi.udisk.it;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Objects as the closed driver and its documents write them, from what is public about it. */
final class ClosedCorpus {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private ClosedCorpus() {}

  /** The objects of a file, with {@code {{name}}} replaced by its value. */
  static <T extends HasMetadata> List<T> read(
      String file, Class<T> type, Map<String, String> values) {
    return Arrays.stream(text(file).split("(?m)^---$"))
        .map(document -> YAML.unmarshal(filled(document, values), type))
        .toList();
  }

  static <T extends HasMetadata> List<String> names(String file, Class<T> type) {
    return read(file, type, Map.of()).stream().map(each -> each.getMetadata().getName()).toList();
  }

  static <T extends HasMetadata> T read(
      String file, Class<T> type, String name, Map<String, String> values) {
    return read(file, type, values).stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String filled(String document, Map<String, String> values) {
    String text = document;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("{{" + value.getKey() + "}}", value.getValue());
    }
    return text;
  }

  private static String text(String file) {
    try (InputStream in =
        requireNonNull(ClosedCorpus.class.getResourceAsStream("/closed-driver/" + file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
