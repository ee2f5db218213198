package cn.ucloud.csi.udisk.node.info;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads JSON without the object mapper, whose three hundred classes every node would keep. */
final class JsonTree {
  private static final JsonFactory PARSERS = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonTree() {}

  /**
   * What the text says; a missing node if it says nothing. Numbers are kept as text. What is null
   * is left out, because as text it would be the word "null".
   *
   * @throws JsonProcessingException if it is not JSON
   */
  static JsonNode read(String text) throws IOException {
    try (JsonParser parser = PARSERS.createParser(text)) {
      return isNothing(parser.nextToken()) ? MissingNode.getInstance() : value(parser);
    }
  }

  private static boolean isNothing(@Nullable JsonToken token) {
    return token == null || token == JsonToken.VALUE_NULL;
  }

  private static JsonNode value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      default -> NODES.textNode(parser.getText());
    };
  }

  private static ObjectNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (!isNothing(parser.nextToken())) {
        object.set(name, value(parser));
      }
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!isNothing(parser.currentToken())) {
        array.add(value(parser));
      }
    }
    return array;
  }
}
