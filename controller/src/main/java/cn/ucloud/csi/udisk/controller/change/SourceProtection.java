package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.util.Optional;

/**
 * Keeps volumes and snapshots from being deleted while copies or snapshots of them are on their
 * way. Whatever else is done to a source waits for the order of a copy alone, not for the copy.
 */
public final class SourceProtection {
  private final UnansweredRequests unanswered;

  public SourceProtection(UnansweredRequests unanswered) {
    this.unanswered = unanswered;
  }

  /** Until the operation ends; waits for a deletion of the source that is under way. */
  public void protect(String source, Progress progress) {
    var _ = progress.share(key(source));
  }

  /** The order {@code what} was not answered; the source is kept until it has settled. */
  public void unanswered(String source, String what) {
    unanswered.add(key(source), what);
  }

  /** What {@code what} ordered has been seen. */
  public void seen(String source, String what) {
    unanswered.remove(key(source), what);
  }

  /**
   * Asks before the deletion of a source, and keeps new copies waiting until that has ended.
   *
   * @throws OperationPending while a copy or snapshot of it is on its way
   */
  public void requireUnused(String source, Progress progress) {
    progress.alsoHold(key(source));
    Optional<String> open = unanswered.otherThan("deletion of " + source, key(source));
    if (open.isPresent()) {
      throw new OperationPending(open.get());
    }
  }

  private static String key(String source) {
    return "deletion of " + source;
  }
}
