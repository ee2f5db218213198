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
 * docs/configuration.md} and the chart's README; {@code make manifests} writes both tables.
 */
class ChartValuesTest {
  private static final List<Path> DOCUMENTS =
      List.of(Path.of("../docs/configuration.md"), Path.of("../deploy/chart/README.md"));
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
    for (Path document : DOCUMENTS) {
      String text = Files.readString(document);
      int begin = text.indexOf(BEGIN) + BEGIN.length();
      int end = text.indexOf(END);
      assertThat(begin).isBetween(BEGIN.length(), end);
      if (System.getProperty("manifests", "").equals("write")) {
        text = text.substring(0, begin) + table + text.substring(end);
        Files.writeString(document, text);
        end = text.indexOf(END);
      }
      assertThat(text.substring(begin, end))
          .as("the values in %s; run `make manifests`", document)
          .isEqualTo(table.toString());
    }
  }
}
