package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.grpc.GrpcStatuses;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/errors.md} lists every type of failure, with the code it is answered with. */
class ErrorTableTest {
  private static final List<DriverException> ONE_OF_EACH =
      List.of(
          new DriverException.InvalidRequest("name", "is missing"),
          new DriverException.SizeOutOfRange("too large"),
          new DriverException.NotFound("volume", "bsm-1"),
          new DriverException.Incompatible("other"),
          new DriverException.PreconditionFailed("not now"),
          new DriverException.AttachedElsewhere("bsm-1", "uhost-a"),
          new DriverException.LimitReached("quota"),
          new DriverException.SoldOut("sold out"),
          new DriverException.BadCredentials("unknown key"),
          new DriverException.AccessDenied("not yours"),
          new DriverException.CloudRefused("no"),
          new DriverException.HostRefused("no"),
          new DriverException.OperationPending("wait"),
          new DriverException.HostBusy("one at a time"),
          new DriverException.ListBroken("begin again"),
          new DriverException.OutcomeUnknown("perhaps"),
          new DriverException.Unavailable("not now"),
          new DriverException.HostTimedOut("mkfs", Duration.ofMinutes(1)));

  @Test
  void everyFailureIsListedWithItsFamilyAndCode() {
    assertThat(ErrorTables.failures())
        .containsExactlyElementsOf(
            ONE_OF_EACH.stream()
                .map(failure ->
                    new ErrorTables.FailureRow(
                        failure.getClass().getSimpleName(),
                        failure instanceof DriverException.Certain ? "Certain" : "Uncertain",
                        GrpcStatuses.of(failure).getCode().name()))
                .toList());
  }

  @Test
  void noFailureIsForgottenAbove() {
    assertThat(ONE_OF_EACH)
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(DriverException.class.getPermittedSubclasses())
                .flatMap(family -> Stream.of(family.getPermittedSubclasses()))
                .collect(Collectors.toList()));
  }

  @Test
  void whatEachCallAnswersFollowsFromTheTypeOfFailure() {
    Map<String, String> codes =
        ErrorTables.failures().stream()
            .collect(
                Collectors.toMap(ErrorTables.FailureRow::failure, ErrorTables.FailureRow::code));
    assertThat(Stream.concat(ErrorTables.calls().stream(), ErrorTables.lacks().stream()))
        .filteredOn(row -> !row.failure().equals("—"))
        .allSatisfy(row -> assertThat(codes).containsEntry(row.failure(), row.code()));
  }
}
