package cn.ucloud.csi.udisk.controller.cloud;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.http.ApiObject.UnreadableAnswer;
import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records of the cloud that cannot be read. Each is told once, however often it is met. */
public final class MalformedRecords {
  private static final Logger LOG = LoggerFactory.getLogger(MalformedRecords.class);

  /** More are not told: an account in which nothing can be read is noticed otherwise. */
  private static final int MOST = 1000;

  private final Set<OddRecord> told = new HashSet<>();

  /** It has been met in a list, and is left out. */
  void met(String action, OddRecord odd) {
    if (isNew(odd)) {
      LOG.warn(
          "{} shows {} (named {}), which {}: it is left out of every list, and a request for it"
              + " fails until the cloud shows it whole",
          action,
          odd.id().orElse("a record without an id"),
          odd.name().orElse("nothing"),
          odd.problem());
    }
  }

  private synchronized boolean isNew(OddRecord odd) {
    return told.size() < MOST && told.add(odd);
  }

  /**
   * Nothing on the page that cannot be read is or may be what was asked for: what cannot be read is
   * there, so that nobody may conclude that it is not.
   *
   * @param kind as in "disk"
   * @param asked what was asked for, to be told where the record does not say its id
   * @throws Unavailable if something is
   */
  public static void requireNone(
      String kind, String asked, Page<?> page, Predicate<OddRecord> isAskedFor) {
    page.odd().stream()
        .filter(isAskedFor)
        .findFirst()
        .ifPresent(odd -> {
          throw new Unavailable(
              "%s %s cannot be used: the cloud shows that it %s"
                  .formatted(kind, odd.id().orElse(asked), odd.problem()),
              new UnreadableAnswer(odd.problem()));
        });
  }

  /** Whether a read failed only because of the record that was asked for. */
  public static boolean isCauseOf(Unavailable failure) {
    return failure.getCause() instanceof UnreadableAnswer;
  }
}
