package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AccessDenied;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
import cn.ucloud.csi.udisk.common.error.DriverException.CloudRefused;
import cn.ucloud.csi.udisk.common.error.DriverException.HostBusy;
import cn.ucloud.csi.udisk.common.error.DriverException.LimitReached;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.error.DriverException.SoldOut;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.RetCode;
import cn.ucloud.csi.udisk.common.ucloud.RetCode.Effect;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.ApiRefused;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NoAnswer;
import cn.ucloud.csi.udisk.common.ucloud.UCloudException.NotSent;

/**
 * What a failed call of the API means for the caller; {@code docs/errors.md} lists it.
 *
 * <p>A refused mutation is certain only with a RetCode that is known to leave nothing behind. A
 * read has no effect, so its failure says only that the state is not known now: whatever was
 * ordered before, by this call or an earlier one, may be there. So it is never certain.
 */
public final class ApiErrors {
  private ApiErrors() {}

  static Unavailable ofRead(UCloudException failure) {
    String hint =
        failure instanceof ApiRefused refused
            ? RetCode.of(refused.retCode()).map(ApiErrors::hint).orElse("")
            : "";
    return new Unavailable(failure.sentence() + hint, failure);
  }

  public static DriverException ofMutation(UCloudException failure) {
    return switch (failure) {
      case ApiRefused refused ->
          RetCode.of(refused.retCode())
              .filter(code -> code.effect() == Effect.NONE)
              .map(code -> certain(code, refused))
              .orElseGet(() -> new OutcomeUnknown(refused.sentence(), refused));
      case NoAnswer lost -> new OutcomeUnknown(lost.sentence(), lost);
      case NotSent unsent -> new Unavailable(unsent.sentence(), unsent);
    };
  }

  /** Whether the cloud answered; if not, what it was asked for may be done late. */
  public static boolean isRefusal(OutcomeUnknown failure) {
    return failure.getCause() instanceof ApiRefused;
  }

  /** Whether it is a refused attach whose reason is not told. */
  public static boolean isAttachFailed(OutcomeUnknown failure) {
    return failure.getCause() instanceof ApiRefused refused
        && refused.retCode() == RetCode.ATTACH_FAILED.code();
  }

  private static String hint(RetCode code) {
    return switch (code) {
      case SIGNATURE_MISSING, SIGNATURE_WRONG, USER_UNKNOWN, TOKEN_UNKNOWN ->
          "; check the API keys of the driver";
      default -> "";
    };
  }

  private static DriverException certain(RetCode code, ApiRefused refused) {
    String sentence = refused.sentence();
    return switch (code) {
      case SIGNATURE_MISSING, SIGNATURE_WRONG, USER_UNKNOWN, TOKEN_UNKNOWN ->
          new BadCredentials(sentence + hint(code));
      case PROJECT_UNKNOWN, ZONE_FORBIDDEN, CALLER_ADDRESS_REFUSED, SECURITY_LOCK, IAM_REFUSED ->
          new AccessDenied(sentence);
      case SOLD_OUT -> new SoldOut(sentence);
      case DISK_QUOTA -> new LimitReached(sentence);
      // The snapshotter takes RESOURCE_EXHAUSTED for "may still be running", and asks on for a
      // VolumeSnapshot that was deleted until another one makes room.
      case SNAPSHOT_QUOTA_OF_DISK,
          SNAPSHOT_QUOTA_OF_ACCOUNT,
          SNAPSHOT_QUOTA,
          HOURLY_BILLING_FORBIDDEN,
          BALANCE_TOO_LOW,
          UNPAID_BILLS,
          SNAPSHOT_BROKEN,
          SNAPSHOT_UNSUPPORTED,
          CLONE_UNSUPPORTED ->
          new PreconditionFailed(sentence);
      case INTERNAL_USER_SIZE -> new SizeOutOfRange(sentence);
      case ATTACH_IN_PROGRESS,
          ATTACHED_OR_ATTACHING,
          ALREADY_ATTACHED,
          ATTACHING,
          DETACH_IN_PROGRESS,
          SOURCE_BEING_SNAPSHOTTED,
          SOURCE_BEING_CLONED ->
          new OperationPending(sentence);
      case ONE_DISK_AT_A_TIME, DISK_CHANGED_JUST_NOW -> new HostBusy(sentence);
      // The rate limit is the whole account's and passes.
      case RATE_LIMITED, TIMED_OUT, GATEWAY_FAULT, SERVICE_UNAVAILABLE ->
          new Unavailable(sentence, refused);
      case ATTACH_FAILED, DETACH_FAILED, HOST_COULD_NOT_TAKE_DISK ->
          new OutcomeUnknown(sentence, refused);
      case ACTION_MISSING, ACTION_UNKNOWN, DISK_UNKNOWN -> new CloudRefused(sentence);
    };
  }
}
