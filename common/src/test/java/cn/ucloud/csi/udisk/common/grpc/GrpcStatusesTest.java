package cn.ucloud.csi.udisk.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AccessDenied;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.error.DriverException.Certain;
import cn.ucloud.csi.udisk.common.error.DriverException.CloudRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostBusy;
import cn.ucloud.csi.udisk.common.error.DriverException.HostRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostTimedOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Incompatible;
import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.ListBroken;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.error.DriverException.Uncertain;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class GrpcStatusesTest {
  private static final Map<DriverException, Code> TABLE =
      Map.ofEntries(
          Map.entry(new InvalidRequest("name", "is missing"), Code.INVALID_ARGUMENT),
          Map.entry(new SizeOutOfRange("too large"), Code.OUT_OF_RANGE),
          Map.entry(new NotFound("volume", "bsm-1"), Code.NOT_FOUND),
          Map.entry(new Incompatible("name is taken"), Code.ALREADY_EXISTS),
          Map.entry(new PreconditionFailed("in use"), Code.FAILED_PRECONDITION),
          Map.entry(new AttachedElsewhere("bsm-1", "uhost-2"), Code.FAILED_PRECONDITION),
          Map.entry(new LimitReached("quota"), Code.RESOURCE_EXHAUSTED),
          Map.entry(new SoldOut("none left"), Code.RESOURCE_EXHAUSTED),
          Map.entry(new BadCredentials("key unknown"), Code.UNAUTHENTICATED),
          Map.entry(new AccessDenied("not your project"), Code.PERMISSION_DENIED),
          Map.entry(new CloudRefused("RetCode 1"), Code.INTERNAL),
          Map.entry(new HostRefused("mkfs failed"), Code.INTERNAL),
          Map.entry(new OperationPending("busy"), Code.ABORTED),
          Map.entry(new OutcomeUnknown("answer lost"), Code.ABORTED),
          Map.entry(new HostBusy("8979"), Code.ABORTED),
          Map.entry(new ListBroken("token"), Code.ABORTED),
          Map.entry(new Unavailable("no route"), Code.UNAVAILABLE),
          Map.entry(new HostTimedOut("mkfs", Duration.ofSeconds(9)), Code.DEADLINE_EXCEEDED));

  /** What no caller takes for "nothing is there" (external-provisioner checkError and others). */
  private static final Set<Code> MAY_BE_RUNNING =
      EnumSet.of(Code.ABORTED, Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE);

  @Test
  void everyFailureHasItsCode() {
    TABLE.forEach((failure, code) -> assertThat(codeOf(failure)).as("%s", failure).isEqualTo(code));
  }

  @Test
  void theTableLeavesNoFailureOut() {
    assertThat(TABLE.keySet().stream().<Class<?>>map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(
            leaves(DriverException.class).collect(Collectors.toSet()));
  }

  @Test
  void whatMayHaveHappenedNeverSoundsFinal() {
    assertThat(TABLE.keySet().stream().filter(Uncertain.class::isInstance))
        .hasSize((int) leaves(Uncertain.class).count())
        .allSatisfy(failure -> assertThat(MAY_BE_RUNNING).contains(codeOf(failure)));
  }

  @Test
  void whatCertainlyDidNotHappenNeverSoundsPending() {
    assertThat(TABLE.keySet().stream().filter(Certain.class::isInstance))
        .allSatisfy(failure -> assertThat(MAY_BE_RUNNING).doesNotContain(codeOf(failure)));
  }

  /**
   * An id of the call would make each repeat a new Event; the log has it beside the stack trace.
   */
  @Test
  void bugsAreAnsweredAsIfTheyLeftSomethingBehindAndAlwaysTheSame() {
    try (var _ = MDC.putCloseable(CallLogInterceptor.CALL_ID, "0badcafe")) {
      for (Throwable bug :
          List.of(new IllegalStateException("sk-secret"), new StackOverflowError())) {
        Status status = GrpcStatuses.of(bug);
        assertThat(status.getCode()).isEqualTo(Code.ABORTED);
        assertThat(status.getDescription()).isEqualTo("internal error, see the log of the driver");
      }
    }
  }

  @Test
  void aMessageIsNeverEmpty() {
    assertThat(GrpcStatuses.of(new OutcomeUnknown(" \n")).getDescription())
        .isEqualTo("OutcomeUnknown");
  }

  @Property(tries = 300)
  void aMessageIsOneLineOfAtMostOneKibibyte(@ForAll String text) {
    Status status = GrpcStatuses.of(new CloudRefused(text.repeat(20) + "!"));
    String message = String.valueOf(status.getDescription());
    assertThat(message).isNotBlank().isNotEqualTo("null");
    assertThat(message.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(1024);
    assertThat(message.codePoints().anyMatch(Character::isISOControl)).isFalse();
  }

  private static Code codeOf(DriverException failure) {
    return GrpcStatuses.of(failure).getCode();
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return Modifier.isFinal(type.getModifiers())
        ? Stream.of(type)
        : Arrays.stream(type.getPermittedSubclasses()).flatMap(GrpcStatusesTest::leaves);
  }
}
