package cn.ucloud.csi.udisk.controller.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.RetCode.Effect;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiErrorsTest {
  @Property
  void aMutationIsCertainOnlyAfterACodeThatIsKnownToLeaveNothingBehind(
      @ForAll @IntRange(min = 1, max = 65000) int code) {
    boolean provesNothing =
        RetCode.of(code).filter(known -> known.effect() == Effect.NONE).isEmpty();
    if (provesNothing) {
      assertThat(ApiErrors.ofMutation(refused(code))).isInstanceOf(DriverException.Uncertain.class);
    }
  }

  @ParameterizedTest
  @EnumSource(RetCode.class)
  void aCodeWhoseEffectIsOpenIsNeverFinal(RetCode code) {
    DriverException failure = ApiErrors.ofMutation(refused(code.code()));
    if (code.effect() == Effect.POSSIBLE) {
      assertThat(failure).isInstanceOf(DriverException.Uncertain.class);
    }
    assertThat(failure.sentence()).contains("RetCode " + code.code()).doesNotContain("r-1");
  }

  @Test
  void aLostAnswerAndAnUnsentRequestAreNeverFinal() {
    NoAnswer lost = new NoAnswer("CreateUDisk", "reset", null);
    NotSent unsent = new NotSent("CreateUDisk", "no connection", null);
    assertThat(ApiErrors.ofMutation(lost)).isInstanceOf(DriverException.OutcomeUnknown.class);
    assertThat(ApiErrors.ofMutation(unsent)).isInstanceOf(Unavailable.class);
    assertThat(ApiErrors.ofRead(lost)).isInstanceOf(Unavailable.class);
    assertThat(ApiErrors.ofRead(unsent)).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @EnumSource(RetCode.class)
  void aRefusedLookIsNeverFinalBecauseAnEarlierOrderMayHaveBeenDone(RetCode code) {
    assertThat(ApiErrors.ofRead(refused(code.code()))).isInstanceOf(Unavailable.class);
  }

  @Test
  void theRateLimitIsNeverALimitThatAnotherNodeCouldEscape() {
    // RESOURCE_EXHAUSTED would let the provisioner reschedule or, without topology, give up.
    assertThat(ApiErrors.ofMutation(refused(153))).isInstanceOf(Unavailable.class);
    assertThat(ApiErrors.ofRead(refused(153))).isInstanceOf(Unavailable.class);
  }

  @Test
  void soldOutAndQuotaAreLimitsAndAWrongSignatureSaysWhatToCheck() {
    assertThat(ApiErrors.ofMutation(refused(17005))).isInstanceOf(SoldOut.class);
    assertThat(ApiErrors.ofMutation(refused(17067))).isInstanceOf(LimitReached.class);
    assertThat(ApiErrors.ofMutation(refused(171)))
        .isInstanceOf(BadCredentials.class)
        .hasMessageEndingWith("check the API keys of the driver");
  }

  @ParameterizedTest
  @ValueSource(ints = {17011, 17012, 17099})
  void aSnapshotQuotaIsFinalSoThatTheSnapshotCanBeDeleted(int code) {
    // After RESOURCE_EXHAUSTED the snapshotter keeps a deleted VolumeSnapshot and asks on.
    assertThat(ApiErrors.ofMutation(refused(code))).isInstanceOf(PreconditionFailed.class);
  }

  private static ApiRefused refused(int code) {
    return new ApiRefused("CreateUDisk", code, "message", "r-1");
  }
}
