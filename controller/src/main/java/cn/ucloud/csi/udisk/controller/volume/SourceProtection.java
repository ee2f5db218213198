package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import java.util.Optional;

/**
 * Keeps volumes and snapshots from being deleted while copies or snapshots of them are on their
 * way. Whatever else is done to a source waits for the order of a copy alone, not for the copy.
 */
final class SourceProtection {
  private final Unsettled unsettled;

  SourceProtection(Unsettled unsettled) {
    this.unsettled = unsettled;
  }

  /** Until the operation ends; waits for a deletion of the source that is under way. */
  void protect(String source, Progress progress) {
    var _ = progress.share(key(source));
  }

  /** The order {@code what} was not answered; the source is kept until it has settled. */
  void unanswered(String source, String what) {
    unsettled.add(key(source), what);
  }

  /** What {@code what} ordered has been seen. */
  void seen(String source, String what) {
    unsettled.remove(key(source), what);
  }

  /**
   * Asks before the deletion of a source, and keeps new copies waiting until that has ended.
   *
   * @throws OperationPending while a copy or snapshot of it is on its way
   */
  void requireUnused(String source, Progress progress) {
    progress.alsoHold(key(source));
    Optional<String> open = unsettled.otherThan("deletion of " + source, key(source));
    if (open.isPresent()) {
      throw new OperationPending(open.get());
    }
  }

  private static String key(String source) {
    return "deletion of " + source;
  }
}
