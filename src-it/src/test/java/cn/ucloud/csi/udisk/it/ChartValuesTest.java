package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Every value of the chart is in its schema, which says what it means, and from there in {@code
 * docs/configuration.md}; {@code make manifests} writes that table.
 */
class ChartValuesTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");
  private static final String BEGIN =
      "<!-- From values.yaml and values.schema.json, by `make manifests`. -->\n";
  private static final String END = "<!-- End of the values. -->\n";

  private record Value(String path, String byDefault, String meaning) {}

  private static void collect(String path, JsonNode value, JsonNode schema, List<Value> values) {
    assertThat(schema.isObject()).as("%s is in the schema", path).isTrue();
    if (schema.has("description")) {
      String text = value.isValueNode() ? value.asText() : value.toString();
      values.add(new Value(path, text, schema.path("description").asText()));
      return;
    }
    assertThat(schema.path("additionalProperties").asBoolean(true))
        .as("unknown keys of %s are refused", path)
        .isFalse();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      collect(key, entry.getValue(), schema.path("properties").path(entry.getKey()), values);
    }
    assertThat(value.properties())
        .as("the schema knows nothing under '%s' that values.yaml lacks", path)
        .hasSize(
            (int)
                schema.path("properties").properties().stream()
                    .filter(entry -> !entry.getKey().equals("global"))
                    .count());
  }

  @Test
  void everyValueIsDocumentedWithItsDefault() throws IOException {
    List<Value> values = new ArrayList<>();
    collect("", Chart.ownValues(), Chart.schema(), values);
    StringBuilder table = new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
    for (Value value : values) {
      String shown = value.byDefault().isEmpty() ? "none" : "`" + value.byDefault() + "`";
      table.append("| `%s` | %s | %s |\n".formatted(value.path(), shown, value.meaning()));
    }
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    int end = document.indexOf(END);
    assertThat(begin).isBetween(BEGIN.length(), end);
    if (System.getProperty("manifests", "").equals("write")) {
      document = document.substring(0, begin) + table + document.substring(end);
      Files.writeString(DOCUMENT, document);
      end = document.indexOf(END);
    }
    assertThat(document.substring(begin, end))
        .as("the table of values; run `make manifests`")
        .isEqualTo(table.toString());
  }
}
