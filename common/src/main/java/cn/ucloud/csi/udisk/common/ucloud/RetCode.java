package cn.ucloud.csi.udisk.common.ucloud;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The RetCodes this driver acts upon, as documented in the UCloud API ("public", UDisk and UHost
 * error codes), and the short list of those after which certainly nothing has happened.
 *
 * <p>A code that is not here, or is here with {@link Effect#POSSIBLE}, leaves it open whether the
 * action was done. Messages are Chinese or English and are never looked at.
 */
public enum RetCode {
  TIMED_OUT(110, Effect.POSSIBLE),
  GATEWAY_FAULT(130, Effect.POSSIBLE),
  SERVICE_UNAVAILABLE(150, Effect.POSSIBLE),
  RATE_LIMITED(153, Effect.NONE),
  ACTION_MISSING(160, Effect.NONE),
  ACTION_UNKNOWN(161, Effect.NONE),
  SIGNATURE_MISSING(170, Effect.NONE),
  SIGNATURE_WRONG(171, Effect.NONE),
  USER_UNKNOWN(172, Effect.NONE),
  TOKEN_UNKNOWN(174, Effect.NONE),
  PROJECT_UNKNOWN(292, Effect.NONE),
  ZONE_FORBIDDEN(293, Effect.NONE),
  CALLER_ADDRESS_REFUSED(294, Effect.NONE),
  SECURITY_LOCK(295, Effect.NONE),
  IAM_REFUSED(299, Effect.NONE),

  ONE_DISK_AT_A_TIME(8979, Effect.NONE),
  DISK_CHANGED_JUST_NOW(8980, Effect.NONE),

  SOLD_OUT(17005, Effect.NONE),
  SNAPSHOT_QUOTA_OF_DISK(17011, Effect.NONE),
  SNAPSHOT_QUOTA_OF_ACCOUNT(17012, Effect.NONE),
  ATTACHED_OR_ATTACHING(17026, Effect.NONE),
  DISK_UNKNOWN(17041, Effect.NONE),
  /** "Attach failed", for many reasons; one is a host that has as many disks as it takes. */
  ATTACH_FAILED(17055, Effect.POSSIBLE),
  ATTACH_IN_PROGRESS(17056, Effect.NONE),
  ALREADY_ATTACHED(17057, Effect.NONE),
  DETACH_FAILED(17060, Effect.POSSIBLE),
  DETACH_IN_PROGRESS(17061, Effect.NONE),
  HOURLY_BILLING_FORBIDDEN(17062, Effect.NONE),
  BALANCE_TOO_LOW(17063, Effect.NONE),
  DISK_QUOTA(17067, Effect.NONE),
  UNPAID_BILLS(17084, Effect.NONE),
  SOURCE_BEING_SNAPSHOTTED(17085, Effect.NONE),
  SOURCE_BEING_CLONED(17086, Effect.NONE),
  SNAPSHOT_BROKEN(17087, Effect.NONE),
  SNAPSHOT_UNSUPPORTED(17088, Effect.NONE),
  CLONE_UNSUPPORTED(17089, Effect.NONE),
  SNAPSHOT_QUOTA(17099, Effect.NONE),
  ATTACHING(17101, Effect.NONE),
  INTERNAL_USER_SIZE(17103, Effect.NONE),
  /** "add_udisk.py failed": the host cannot take the disk, mostly another RDMA cluster. */
  HOST_COULD_NOT_TAKE_DISK(17218, Effect.POSSIBLE);

  /** What an action may have left behind when it was refused with this code. */
  public enum Effect {
    NONE,
    POSSIBLE
  }

  private static final Map<Integer, RetCode> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(RetCode::code, Function.identity()));

  private final int code;
  private final Effect effect;

  RetCode(int code, Effect effect) {
    this.code = code;
    this.effect = effect;
  }

  /** The documented meaning of {@code code}; empty if this driver knows none. */
  public static Optional<RetCode> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  public int code() {
    return code;
  }

  public Effect effect() {
    return effect;
  }
}
