package cn.ucloud.csi.udisk.common.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Every way a call can fail: one subclass per decision of the caller, in two families.
 *
 * <p>A {@link Certain} failure promises that this call left nothing behind and nothing is still on
 * its way. An {@link Uncertain} one makes no such promise: a disk, an attachment or a mount may
 * exist or may still come to be. The families decide which gRPC codes are possible (decision 3), so
 * the type chosen when throwing is a promise to provisioner, attacher and kubelet.
 *
 * <p>A message says what was tried, on which id, and what came back: one sentence, no secrets.
 */
public abstract sealed class DriverException extends RuntimeException {

  private DriverException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** What a message is; never null for these exceptions. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** This call left nothing behind, and nothing is still on its way. */
  public abstract static sealed class Certain extends DriverException {
    private Certain(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Something may exist or may still happen; the caller must come back or clean up. */
  public abstract static sealed class Uncertain extends DriverException {
    private Uncertain(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The request can never work: which field, what is wrong, what is allowed. */
  public static final class InvalidRequest extends Certain {
    public InvalidRequest(String field, String problem) {
      super(field + " " + problem, null);
    }
  }

  /** No disk size fits the range that was asked for. */
  public static final class SizeOutOfRange extends Certain {
    public SizeOutOfRange(String message) {
      super(message, null);
    }
  }

  /** The volume, node, snapshot or path named in the request does not exist. */
  public static final class NotFound extends Certain {
    public NotFound(String kind, String id) {
      super(kind + " " + id + " does not exist", null);
    }
  }

  /** The name or path is taken by something with other properties than were asked for. */
  public static final class Incompatible extends Certain {
    public Incompatible(String message) {
      super(message, null);
    }
  }

  /** The volume or node is in a state that forbids this; someone has to change that first. */
  public static final class PreconditionFailed extends Certain {
    public PreconditionFailed(String message) {
      super(message, null);
    }
  }

  /** The volume is attached to another node, which the message names. */
  public static final class AttachedElsewhere extends Certain {
    public AttachedElsewhere(String volume, String node) {
      super("volume " + volume + " is attached to node " + node, null);
    }

    /**
     * @param reason why it stays there
     */
    public AttachedElsewhere(String volume, String node, String reason) {
      super("volume %s is attached to node %s: %s".formatted(volume, node, reason), null);
    }
  }

  /** Quota, balance or slots do not allow it. */
  public static final class LimitReached extends Certain {
    public LimitReached(String message) {
      super(message, null);
    }
  }

  /** None of that kind is left where it was asked for; another kind or place may have it. */
  public static final class SoldOut extends Certain {
    public SoldOut(String message) {
      super(message, null);
    }
  }

  /** The cloud does not know our key. */
  public static final class BadCredentials extends Certain {
    public BadCredentials(String message) {
      super(message, null);
    }
  }

  /** The cloud knows our key and does not let it do this. */
  public static final class AccessDenied extends Certain {
    public AccessDenied(String message) {
      super(message, null);
    }
  }

  /** The cloud certainly did nothing, for a reason that no other type describes. */
  public static final class CloudRefused extends Certain {
    public CloudRefused(String message) {
      super(message, null);
    }
  }

  /** A program or system call of this host failed, and what it began has been undone. */
  public static final class HostRefused extends Certain {
    public HostRefused(String message) {
      super(message, null);
    }

    public HostRefused(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Another operation holds this volume, or this one goes on after its caller's time is up. */
  public static final class OperationPending extends Uncertain {
    public OperationPending(String message) {
      super(message, null);
    }
  }

  /** Something was sent or begun, and it is not known what became of it. */
  public static final class OutcomeUnknown extends Uncertain {
    public OutcomeUnknown(String message) {
      super(message, null);
    }

    public OutcomeUnknown(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The host is busy with another disk; nothing was done, and soon will be possible. */
  public static final class HostBusy extends Uncertain {
    public HostBusy(String message) {
      super(message, null);
    }
  }

  /** A list cannot be gone on with where the caller wants to; it must begin again. */
  public static final class ListBroken extends Uncertain {
    public ListBroken(String message) {
      super(message, null);
    }
  }

  /** The cloud, or a device it should have delivered, cannot be reached now. */
  public static final class Unavailable extends Uncertain {
    public Unavailable(String message) {
      super(message, null);
    }

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A program of this host was stopped at its time limit; its effect is not known. */
  public static final class HostTimedOut extends Uncertain {
    public HostTimedOut(String what, Duration limit) {
      super(what + " did not end within " + limit.toSeconds() + " s", null);
    }
  }
}
