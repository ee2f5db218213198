package cn.ucloud.csi.udisk.controller.snapshot;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import cn.ucloud.csi.udisk.controller.polling.Poller;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Reads a list that has pages, all of it or not at all. Pages are cut by position, so a list that
 * grows or shrinks on the way hides something: such a reading is repeated.
 */
final class CompleteList {
  /** Half a second between pages: two calls a second are left for the rest of the driver. */
  private static final Duration GAP = Duration.ofMillis(500);

  private static final int READINGS = 5;

  private final Poller poller;

  CompleteList(Poller poller) {
    this.poller = poller;
  }

  /**
   * Everything in the list.
   *
   * @param what as in "disks"
   * @throws Unavailable if it changed during every reading
   */
  <T> List<T> read(String what, Function<T, String> id, IntFunction<Page<T>> fromOffset) {
    for (int reading = 0; reading < READINGS; reading++) {
      Optional<List<T>> whole = readOnce(id, fromOffset);
      if (whole.isPresent()) {
        return whole.get();
      }
    }
    throw new Unavailable("the list of %s changed each time it was read".formatted(what));
  }

  private <T> Optional<List<T>> readOnce(Function<T, String> id, IntFunction<Page<T>> fromOffset) {
    Map<String, T> found = new LinkedHashMap<>();
    Page<T> page = fromOffset.apply(0);
    int total = page.totalCount();
    int odd = 0;
    while (true) {
      for (T item : page.items()) {
        if (found.put(id.apply(item), item) != null) {
          return Optional.empty(); // it has moved to a later page
        }
      }
      odd += page.odd().size();
      if (page.totalCount() != total || found.size() + odd > total) {
        return Optional.empty();
      }
      if (found.size() + odd == total) {
        return Optional.of(List.copyOf(found.values()));
      }
      if (page.size() == 0) {
        return Optional.empty();
      }
      poller.sleep(GAP);
      page = fromOffset.apply(found.size() + odd);
    }
  }
}
