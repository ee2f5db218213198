package cn.ucloud.csi.udisk.admin.check;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.screen.Messages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {
  private static final List<String> DOTS = Collections.nCopies(4, "…");

  @ParameterizedTest
  @CsvSource({"en,../docs/operations.md", "zh,../docs/zh/operations.md"})
  void everyCodeIsAnAnchorWithItsSentenceAndRemedy(String language, Path page) throws IOException {
    Messages messages = Messages.of(language);
    List<String> lines = Files.readAllLines(page);
    for (Code code : Code.values()) {
      Finding finding = new Finding(code, Subject.DRIVER, DOTS);
      assertThat(lines)
          .contains(
              "| <a id=\"%s\"></a>%s | %s | %s |"
                  .formatted(
                      code.name().toLowerCase(Locale.ROOT),
                      code,
                      messages.sentence(finding),
                      messages.remedy(finding)));
    }
  }
}
