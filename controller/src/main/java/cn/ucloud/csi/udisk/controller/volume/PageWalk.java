package cn.ucloud.csi.udisk.controller.volume;

import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/**
 * A list that is read page by page, in such a way that it can be told whether anything that was in
 * it all the time has been passed over.
 *
 * <p>Pages are cut by position, so what is removed meanwhile pulls something else over the cut. One
 * page that holds all is proof by itself. Several are if they show the list in the order of
 * creation, which nothing that happens to a member can change, and if each begins before the moment
 * with which the one before it ended: then every moment is inside of some page. Where the list is
 * in no such order, nothing is proved.
 */
final class PageWalk<T> {
  /** How many members may be removed between two pages without a gap. */
  private static final int MARGIN = 10;

  private final IntFunction<Page<T>> fromOffset;
  private final Function<T, String> id;
  private final ToLongFunction<T> made;
  private final Map<String, T> met = new LinkedHashMap<>();
  private boolean isWhole = true;
  private boolean rises;
  private int calls;
  private int pages;

  private PageWalk(
      IntFunction<Page<T>> fromOffset, Function<T, String> id, ToLongFunction<T> made) {
    this.fromOffset = fromOffset;
    this.id = id;
    this.made = made;
  }

  /**
   * What a walk has met.
   *
   * @param isWhole whether what was not met was not in the list when the walk began
   * @param calls how many were made
   * @param pages how many calls a walk to the end takes
   */
  record Met<T>(Map<String, T> members, boolean isWhole, int calls, int pages) {}

  /**
   * Reads from the beginning to the end, or for as long as it is worth it.
   *
   * @param made when a member was created
   * @param isWorthIt asked before each further page, with the number of calls to the end
   */
  static <T> Met<T> read(
      IntFunction<Page<T>> fromOffset,
      Function<T, String> id,
      ToLongFunction<T> made,
      IntPredicate isWorthIt) {
    PageWalk<T> walk = new PageWalk<>(fromOffset, id, made);
    walk.go(isWorthIt);
    return new Met<>(walk.met, walk.isWhole, walk.calls, walk.pages);
  }

  private void go(IntPredicate isWorthIt) {
    int offset = 0;
    List<T> page = List.of();
    while (true) {
      Page<T> read = fromOffset.apply(offset);
      calls++;
      read.items().forEach(member -> met.put(id.apply(member), member));
      if (calls == 1) {
        rises = isRising(read.items());
      } else {
        isWhole &= overlaps(page, read.items());
      }
      page = read.items();
      int end = offset + page.size();
      int left = read.totalCount() - end;
      pages = calls + (left > 0 && !page.isEmpty() ? Math.ceilDiv(left, page.size()) : 0);
      if (left <= 0) {
        return;
      }
      if (page.isEmpty() || !isWorthIt.test(pages)) {
        isWhole = false;
        return;
      }
      offset += step(page);
    }
  }

  /** Up to before the last moment of this page, or behind the page if that proves nothing. */
  private int step(List<T> page) {
    long last = made.applyAsLong(page.getLast());
    int before = page.size() - 1;
    while (before >= 0 && made.applyAsLong(page.get(before)) == last) {
      before--;
    }
    isWhole &= before > MARGIN && isOrdered(page);
    return isWhole ? before - MARGIN : page.size();
  }

  private boolean overlaps(List<T> page, List<T> following) {
    if (following.isEmpty() || !isOrdered(following)) {
      return false;
    }
    long from = made.applyAsLong(page.getFirst());
    long last = made.applyAsLong(page.getLast());
    long next = made.applyAsLong(following.getFirst());
    return rises ? from <= next && next < last : from >= next && next > last;
  }

  private boolean isOrdered(List<T> page) {
    for (int i = 1; i < page.size(); i++) {
      long step = made.applyAsLong(page.get(i)) - made.applyAsLong(page.get(i - 1));
      if (rises ? step < 0 : step > 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isRising(List<T> page) {
    return page.isEmpty() || made.applyAsLong(page.getFirst()) <= made.applyAsLong(page.getLast());
  }
}
