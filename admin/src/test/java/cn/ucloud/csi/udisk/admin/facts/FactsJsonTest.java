package cn.ucloud.csi.udisk.admin.facts;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.fixture.Edited;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The facts of a support bundle are judged elsewhere, by another version. */
class FactsJsonTest {
  private static Facts read(String json) throws IOException {
    return FactsJson.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Facts facts = Edited.shop().facts();
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    FactsJson.write(facts, json);
    assertThat(read(json.toString(StandardCharsets.UTF_8))).isEqualTo(facts);
    assertThat(facts.volumes()).hasSize(1);
  }

  @Test
  void whatAnotherVersionWroteIsReadAsFarAsBothKnowIt() throws IOException {
    Facts facts =
        read("{\"at\":\"2026-11-30T12:00:00Z\",\"later\":[1],\"claims\":[{\"name\":\"a\"}]}");
    assertThat(facts.claims().getFirst().name()).isEqualTo("a");
    assertThat(facts.claims().getFirst().namespace()).isEmpty();
    assertThat(facts.claims().getFirst().finalizers()).isEmpty();
    assertThat(facts.nodes()).isEmpty();
    assertThat(facts.scope().allObjects()).isFalse();
    assertThat(facts.driver()).isEqualTo(Driver.UNKNOWN);
  }
}
