package cn.ucloud.csi.udisk.admin.check;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.screen.Messages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {
  private static final List<String> DOTS = Collections.nCopies(6, "…");

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

  private static final Pattern ROW =
      Pattern.compile("\\| (\\w+) \\| [^|]+ \\| \\[(UD\\d+)]\\(operations\\.md#(ud\\d+)\\) \\|");

  /** Those that are found by a sentence of the driver, or by what it met. */
  private static final Set<Code> OF_FAILURES =
      EnumSet.of(
          Code.UD102,
          Code.UD103,
          Code.UD122,
          Code.UD125,
          Code.UD136,
          Code.UD144,
          Code.UD150,
          Code.UD151);

  @Test
  void thePageOfErrorsNamesTheCodesOfItsCalls() throws IOException {
    String page = Files.readString(Path.of("../docs/errors.md"));
    List<MatchResult> rows = page.lines().flatMap(line -> ROW.matcher(line).results()).toList();
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.group(3)).isEqualTo(row.group(2).toLowerCase(Locale.ROOT));
        });
    assertThat(rows).extracting(row -> Code.valueOf(row.group(2))).containsAll(OF_FAILURES);
    assertThat(rows)
        .extracting(row -> row.group(1))
        .filteredOn(call -> !call.equals("any"))
        .allMatch(call ->
            page.contains("\n| " + call + " | no volume id |")
                || page.contains("\n| " + call + " | no name |"));
    assertThat(Pattern.compile("UD\\d+").matcher(page).results().map(MatchResult::group))
        .isSubsetOf(Arrays.stream(Code.values()).map(Code::name).toList());
  }
}
