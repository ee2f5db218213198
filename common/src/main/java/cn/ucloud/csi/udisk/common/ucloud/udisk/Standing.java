package cn.ucloud.csi.udisk.common.ucloud.udisk;

import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a disk stays and can be read. What it is paid for is known only where its bill was asked
 * for.
 *
 * @param paidUntil until when it is paid for; empty for one that is paid by the hour, which goes on
 *     by itself
 * @param isExpired whether it is unpaid; ten days after that the cloud destroys it for good
 * @param keyProblem the state of the key that it is encrypted with where that cannot be used, in
 *     the API's word; empty if it can, and where there is none
 */
public record Standing(
    Optional<Instant> paidUntil, boolean isExpired, Optional<String> keyProblem) {
  /** How long before its end a disk is told of. */
  public static final Duration NOTICE = Duration.ofDays(14);

  /** Nothing is known against it. */
  public static final Standing GOOD = new Standing(Optional.empty(), false, Optional.empty());

  private static final Set<String> BY_THE_HOUR = Set.of("Dynamic", "Postpay");
  private static final Set<String> UNUSABLE = Set.of("Disabled", "Deleted");

  static Standing from(ApiObject json) {
    boolean isByTheHour = json.text("ChargeType").filter(BY_THE_HOUR::contains).isPresent();
    return new Standing(
        Optional.of(json.seconds("ExpiredTime"))
            .filter(end -> end > 0 && !isByTheHour)
            .map(Instant::ofEpochSecond),
        json.text("IsExpire").filter("Yes"::equalsIgnoreCase).isPresent(),
        json.text("CmkIdStatus").filter(UNUSABLE::contains));
  }
}
