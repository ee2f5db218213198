package cn.ucloud.csi.udisk.common.ucloud;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.ucloud.RetCode.Effect;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetCodeTest {

  /** To move a code to this list is to promise that no disk can exist after it. */
  @Test
  void nothingHasCertainlyHappenedAfterTheseAndNoOthers() {
    Set<Integer> certain = new TreeSet<>();
    Arrays.stream(RetCode.values())
        .filter(code -> code.effect() == Effect.NONE)
        .forEach(code -> certain.add(code.code()));
    assertThat(certain)
        .containsExactly(
            153, 160, 161, 170, 171, 172, 174, 292, 293, 294, 295, 299, // before the action
            8979, 8980, // the host is busy with another disk
            17005, 17011, 17012, 17026, 17041, 17056, 17057, 17061, 17062, 17063, 17067, 17084,
            17085, 17086, 17087, 17088, 17089, 17099, 17101, 17103);
  }

  @Test
  void theseAreKnownAndLeaveItOpen() {
    assertThat(Arrays.stream(RetCode.values()).filter(c -> c.effect() == Effect.POSSIBLE))
        .extracting(RetCode::code)
        .containsExactly(110, 130, 150, 17055, 17060, 17218);
  }

  @Test
  void aCodeIsFoundByItsNumber() {
    assertThat(Arrays.stream(RetCode.values()).collect(toMap(RetCode::code, c -> c)))
        .hasSize(RetCode.values().length)
        .allSatisfy((number, code) -> assertThat(RetCode.of(number)).hasValue(code));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17000, 17010, 17015, 17020, 17025, 17030, 17064, 17081, 8840})
  void whatFailedOnTheWayPromisesNothing(int code) {
    assertThat(RetCode.of(code)).isEmpty();
  }
}
