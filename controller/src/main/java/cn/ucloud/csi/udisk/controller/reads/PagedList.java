package cn.ucloud.csi.udisk.controller.reads;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A list of the cloud that is read page by page while others change it.
 *
 * <p>Whatever is met counts, wherever it was met. Pages are cut by position, so what is removed
 * meanwhile pulls something else over the cut; pages overlap to make that rare, but what was not
 * met is <em>not</em> proved to be absent. Where that matters it is asked for by itself, or {@link
 * PageWalk} is used.
 */
public final class PagedList {
  /** A tenth of a page: so many members may be removed before the next without a gap. */
  private static final int OVERLAP = 10;

  private final ParallelReads reads;

  public PagedList(ParallelReads reads) {
    this.reads = reads;
  }

  /**
   * What was met.
   *
   * @param odd what was met and cannot be read
   */
  public record Met<T>(Map<String, T> members, List<OddRecord> odd) {}

  /**
   * Reads from the beginning to the end, also to one that moves away meanwhile.
   *
   * @throws Unavailable if a page cannot be read
   */
  public <T> Met<T> read(Function<T, String> id, IntFunction<Page<T>> fromOffset) {
    Reading<T> reading = new Reading<>(id, fromOffset);
    Page<T> first = fromOffset.apply(0);
    reading.begin(first);
    reads.all(reading.pagesLeft(), reading::next);
    return new Met<>(reading.members, reading.odd);
  }

  /** One reading, whose pages are read by several at once. */
  private static final class Reading<T> {
    private final Function<T, String> id;
    private final IntFunction<Page<T>> fromOffset;
    private final Map<String, T> members = new LinkedHashMap<>();
    private final List<OddRecord> odd = new ArrayList<>();

    /** Where pages begin that were shorter than they should be, and so left a gap. */
    private final Queue<Integer> gaps = new ArrayDeque<>();

    private int step = 1;
    private int next;
    private int end;

    private Reading(Function<T, String> id, IntFunction<Page<T>> fromOffset) {
      this.id = id;
      this.fromOffset = fromOffset;
    }

    private synchronized void begin(Page<T> first) {
      add(first);
      end = first.size() == 0 ? 0 : first.totalCount();
      step = Math.max(1, first.size() - first.size() / OVERLAP);
      next = first.size() < end ? step : end;
    }

    private synchronized int pagesLeft() {
      return Math.ceilDiv(end - next, step);
    }

    /** The next page to read; empty if none is known of now. */
    private synchronized Optional<Runnable> next() {
      Integer gap = gaps.poll();
      if (gap != null) {
        return Optional.of(() -> read(gap));
      }
      if (next >= end) {
        return Optional.empty();
      }
      int offset = next;
      next += step;
      return Optional.of(() -> read(offset));
    }

    private void read(int offset) {
      Page<T> page = fromOffset.apply(offset);
      synchronized (this) {
        add(page);
        if (page.size() == 0) { // nothing is there any more
          end = Math.min(end, offset);
          return;
        }
        end = Math.max(end, page.totalCount());
        int read = offset + page.size();
        if (read < Math.min(offset + step, page.totalCount())) {
          gaps.add(read);
        }
      }
    }

    private void add(Page<T> page) {
      page.items().forEach(member -> members.put(id.apply(member), member));
      odd.addAll(page.odd());
    }
  }
}
