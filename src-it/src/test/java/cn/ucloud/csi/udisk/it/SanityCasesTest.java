package cn.ucloud.csi.udisk.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SanityCasesTest {

  /** The names are those of kubernetes-csi/csi-test after v5.4.0 (commit 2f1e2f2). */
  static List<String> namesInTheSuite() {
    try (InputStream list =
        requireNonNull(SanityCasesTest.class.getResourceAsStream("/csi-sanity-cases.txt"))) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyCaseOfTheSuiteIsHereOnce() {
    assertThat(SanityCase.all())
        .extracting(SanityCase::name)
        .containsExactlyInAnyOrderElementsOf(namesInTheSuite());
  }
}
