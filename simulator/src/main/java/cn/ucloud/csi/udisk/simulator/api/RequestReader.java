package cn.ucloud.csi.udisk.simulator.api;

import cn.ucloud.csi.udisk.simulator.api.action.ApiRequest;
import cn.ucloud.csi.udisk.simulator.model.ApiRefusal;
import cn.ucloud.csi.udisk.simulator.store.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads parameters from a query, a form, or JSON with native values and lists. */
final class RequestReader {
  private RequestReader() {}

  static ApiRequest read(@Nullable String query, String body) {
    if (body.stripLeading().startsWith("{")) {
      return json(body);
    }
    Map<String, String> parameters = new TreeMap<>();
    readForm(query == null ? "" : query, parameters);
    readForm(body, parameters);
    return new ApiRequest(parameters, withoutSignature(parameters));
  }

  private static void readForm(String form, Map<String, String> into) {
    for (String pair : form.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        into.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.strip(), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiRefusal.invalid("body");
    }
  }

  private static ApiRequest json(String body) {
    try {
      if (!(Json.MAPPER.readTree(body) instanceof ObjectNode root)) {
        throw ApiRefusal.invalid("body");
      }
      Map<String, String> parameters = new TreeMap<>();
      Map<String, String> signed = new TreeMap<>();
      root.properties()
          .forEach(field -> {
            flatten(field.getKey(), field.getValue(), parameters);
            signed.put(field.getKey(), signedText(field.getValue()));
          });
      return new ApiRequest(parameters, withoutSignature(signed));
    } catch (JsonProcessingException e) {
      throw ApiRefusal.invalid("body");
    }
  }

  private static Map<String, String> withoutSignature(Map<String, String> parameters) {
    Map<String, String> signed = new TreeMap<>(parameters);
    signed.remove("Signature");
    return signed;
  }

  private static void flatten(String name, JsonNode value, Map<String, String> into) {
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        flatten(name + "." + i, value.get(i), into);
      }
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(field -> flatten(name + "." + field.getKey(), field.getValue(), into));
    } else {
      into.put(name, text(value));
    }
  }

  /** A native list signs as its values one after the other, an object with its names, sorted. */
  private static String signedText(JsonNode value) {
    StringBuilder text = new StringBuilder();
    if (value.isArray()) {
      value.forEach(element -> text.append(signedText(element)));
    } else if (value.isObject()) {
      Map<String, String> fields = new TreeMap<>();
      value.properties().forEach(field -> fields.put(field.getKey(), signedText(field.getValue())));
      fields.forEach((name, fieldText) -> text.append(name).append(fieldText));
    } else {
      text.append(text(value));
    }
    return text.toString();
  }

  /** Numbers sign without a trailing {@code .0} and never in scientific notation. */
  private static String text(JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    return value.isFloatingPointNumber()
        ? value.decimalValue().stripTrailingZeros().toPlainString()
        : value.asText();
  }
}
