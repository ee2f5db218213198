package cn.ucloud.csi.udisk.common.grpc;

import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AccessDenied;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.BadCredentials;
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
import io.grpc.Status;
import io.grpc.Status.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that chooses a gRPC code.
 *
 * <p>A code is a promise: provisioner, resizer, snapshotter and kubelet take ABORTED,
 * DEADLINE_EXCEEDED and UNAVAILABLE as "may still be running" and come back or clean up. Any other
 * code tells at least one of them that nothing exists, and what does exist then leaks (decision 3).
 */
public final class GrpcStatuses {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcStatuses.class);

  /** Sidecars copy the message into events and conditions, which the API server limits to 1 KiB. */
  private static final int MAX_MESSAGE_BYTES = 1024;

  private GrpcStatuses() {}

  /**
   * The answer to a call that ended with this failure: one line, never empty, no details (CSI spec,
   * "Error Scheme").
   *
   * <p>What is no {@link DriverException} is a bug of ours. It is logged here with its stack trace
   * and answered ABORTED, because nobody knows what had been done when it struck; INTERNAL would
   * claim that nothing was.
   */
  public static Status of(Throwable failure) {
    if (failure instanceof DriverException expected) {
      return status(code(expected), expected.sentence(), failure);
    }
    LOG.error("bug in the driver", failure);
    return status(Code.ABORTED, "internal error, see the log of the driver", failure);
  }

  private static Status status(Code code, String message, Throwable cause) {
    String line = OneLine.of(message, MAX_MESSAGE_BYTES);
    return code.toStatus()
        .withDescription(line.isEmpty() ? cause.getClass().getSimpleName() : line)
        .withCause(cause);
  }

  private static Code code(DriverException failure) {
    return switch (failure) {
      case InvalidRequest _ -> Code.INVALID_ARGUMENT;
      case SizeOutOfRange _ -> Code.OUT_OF_RANGE;
      case NotFound _ -> Code.NOT_FOUND;
      case Incompatible _ -> Code.ALREADY_EXISTS;
      case PreconditionFailed _, AttachedElsewhere _ -> Code.FAILED_PRECONDITION;
      case LimitReached _, SoldOut _ -> Code.RESOURCE_EXHAUSTED;
      case BadCredentials _ -> Code.UNAUTHENTICATED;
      case AccessDenied _ -> Code.PERMISSION_DENIED;
      case CloudRefused _, HostRefused _ -> Code.INTERNAL;
      case OperationPending _, OutcomeUnknown _, ListBroken _, HostBusy _ -> Code.ABORTED;
      case Unavailable _ -> Code.UNAVAILABLE;
      case HostTimedOut _ -> Code.DEADLINE_EXCEEDED;
    };
  }
}
