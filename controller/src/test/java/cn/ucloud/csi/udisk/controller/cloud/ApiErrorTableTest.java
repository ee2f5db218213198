package cn.ucloud.csi.udisk.controller.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.grpc.GrpcStatuses;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of RetCodes in {@code docs/errors.md} says what {@link ApiErrors} does. */
class ApiErrorTableTest {
  private static final int UNDOCUMENTED = 64999;

  @Test
  void everyRetCodeIsListedAsItIsTranslated() throws IOException {
    List<String> expected = new ArrayList<>();
    for (RetCode code : RetCode.values()) {
      expected.add(row(Integer.toString(code.code()), code.name(), refused(code.code())));
    }
    expected.add(row("any other", "", refused(UNDOCUMENTED)));
    expected.add(row("no answer", "", new NoAnswer("Action", "reset", null)));
    expected.add(row("not sent", "", new NotSent("Action", "refused", null)));

    assertThat(documented()).containsExactlyElementsOf(expected);
  }

  private static List<String> documented() throws IOException {
    return Files.readString(Path.of("../docs/errors.md"))
        .lines()
        .dropWhile(line -> !line.equals("## RetCodes"))
        .filter(line -> line.startsWith("|"))
        .skip(2)
        .toList();
  }

  private static String row(String code, String name, UCloudException failure) {
    return ("| %s | %s | "
            + cells(ApiErrors.ofMutation(failure))
            + " | "
            + cells(ApiErrors.ofRead(failure))
            + " |")
        .formatted(code, name)
        .replace("|  |", "| |");
  }

  private static String cells(DriverException failure) {
    return "`%s` | %s"
        .formatted(failure.getClass().getSimpleName(), GrpcStatuses.of(failure).getCode());
  }

  private static UCloudException refused(int code) {
    return new ApiRefused("Action", code, "message", "request");
  }
}
