package cn.ucloud.csi.udisk.admin.object;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What an object says in a field. An API server may leave out any of them, or tell it as null; what
 * is odd is absent.
 */
public final class Json {
  private static final int MOST_SHARED = 1000;

  private static final Map<Object, Object> SHARED = new ConcurrentHashMap<>();

  private Json() {}

  /** The field at a path such as {@code /spec/csi/driver}; empty if it is no text. */
  public static String text(JsonNode object, String pointer) {
    JsonNode field = object.at(pointer);
    return field.isTextual() ? shared(field.textValue()) : "";
  }

  /** Most words are said by many objects, and a large cluster has a hundred thousand of those. */
  private static String shared(String text) {
    return text.intern();
  }

  /** The same list for all objects that say the same, such as a volume's access modes. */
  @SuppressWarnings("unchecked") // equal things are of one type
  static <T> T shared(T value) {
    if (SHARED.size() > MOST_SHARED) {
      return value;
    }
    return (T) SHARED.computeIfAbsent(value, same -> same);
  }

  public static Instant instant(JsonNode object, String pointer) {
    String text = text(object, pointer);
    try {
      return text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  /** A quantity in bytes; -1 if there is none. */
  public static long bytes(JsonNode object, String pointer) {
    String text = object.at(pointer).asText("");
    try {
      return text.isEmpty() ? -1 : Quantity.getAmountInBytes(new Quantity(text)).longValue();
    } catch (IllegalArgumentException | ArithmeticException _) {
      return -1;
    }
  }

  public static List<String> texts(JsonNode object, String pointer) {
    return each(object, pointer)
        .filter(JsonNode::isTextual)
        .map(node -> shared(node.textValue()))
        .toList();
  }

  public static Stream<JsonNode> each(JsonNode object, String pointer) {
    JsonNode list = object.at(pointer);
    return list.isArray() ? StreamSupport.stream(list.spliterator(), false) : Stream.empty();
  }

  public static Map<String, String> map(JsonNode object, String pointer) {
    Map<String, String> map = new HashMap<>();
    object
        .at(pointer)
        .properties()
        .forEach(field -> map.put(shared(field.getKey()), shared(field.getValue().asText())));
    return Map.copyOf(map);
  }
}
