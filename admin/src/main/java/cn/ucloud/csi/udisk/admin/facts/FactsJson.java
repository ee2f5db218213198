package cn.ucloud.csi.udisk.admin.facts;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Facts as JSON. What another version wrote is read as far as both know it; what is missing is
 * absent.
 */
public final class FactsJson {
  private static final JsonSetter.Value ABSENT = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(instants())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
          .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
          .withConfigOverride(String.class, type -> type.setSetterInfo(ABSENT))
          .withConfigOverride(List.class, type -> type.setSetterInfo(ABSENT))
          .withConfigOverride(Set.class, type -> type.setSetterInfo(ABSENT))
          .withConfigOverride(Map.class, type -> type.setSetterInfo(ABSENT))
          .withConfigOverride(Instant.class, type -> type.setSetterInfo(ABSENT))
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS))
          .build();

  private FactsJson() {}

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if it is no such JSON
   */
  public static Facts read(InputStream json) throws IOException {
    return MAPPER.readValue(json, Facts.class);
  }

  /**
   * Writes facts, or findings, large as they are, without making a text of them first.
   *
   * @throws IOException if the stream takes nothing
   */
  public static void write(Object value, OutputStream to) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(to, value);
  }

  /** An instant that another version did not write is the epoch, as any that is absent. */
  private static SimpleModule instants() {
    return new SimpleModule()
        .addSerializer(Instant.class, ToStringSerializer.instance)
        .addDeserializer(
            Instant.class,
            new StdDeserializer<Instant>(Instant.class) {
              private static final long serialVersionUID = 1;

              @Override
              public Instant deserialize(JsonParser parser, DeserializationContext context)
                  throws IOException {
                return Instant.parse(parser.getText());
              }

              @Override
              public Instant getNullValue(DeserializationContext context) {
                return Instant.EPOCH;
              }
            });
  }
}
