package cn.ucloud.csi.udisk.controller.reads;

import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * A list that is read page by page, in such a way that it can be told whether anything that was in
 * it all the time has been passed over.
 *
 * <p>Pages are cut by position, so what is removed meanwhile pulls something else over the cut. One
 * page that holds all is proof by itself. Several are if they show the list in the order of
 * creation, which nothing that happens to a member can change, and if each begins before the moment
 * with which the one before it ended: then every moment is inside of some page. A member whose
 * moment is not known, or that cannot be read, keeps its place between its neighbours. Where the
 * list is in no such order, nothing is proved.
 */
final class PageWalk<T> {
  /** How many members may be removed between two pages without a gap. */
  private static final int MARGIN = 10;

  private final IntFunction<Page<T>> fromOffset;
  private final Function<T, String> id;
  private final ToLongFunction<T> made;
  private final Map<String, T> met = new LinkedHashMap<>();
  private final List<OddRecord> odd = new ArrayList<>();
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
   * @param odd what was met and cannot be read
   * @param isWhole whether what was not met was not in the list when the walk began
   * @param calls how many were made
   * @param pages how many calls a walk to the end takes
   */
  record Met<T>(
      Map<String, T> members, List<OddRecord> odd, boolean isWhole, int calls, int pages) {

    /** What a walk that failed has met. */
    static <T> Met<T> nothing() {
      return new Met<>(Map.of(), List.of(), false, 0, 0);
    }

    /** Whether there was nothing but the members that {@code isAskedFor} can be true of. */
    boolean provesNoOther(Predicate<OddRecord> isAskedFor) {
      return isWhole && odd.stream().noneMatch(isAskedFor);
    }
  }

  /**
   * Reads from the beginning to the end, or for as long as it is worth it.
   *
   * @param made when a member was created; 0 if that is not known
   * @param isWorthIt asked before each further page, with the number of calls to the end
   */
  static <T> Met<T> read(
      IntFunction<Page<T>> fromOffset,
      Function<T, String> id,
      ToLongFunction<T> made,
      IntPredicate isWorthIt) {
    PageWalk<T> walk = new PageWalk<>(fromOffset, id, made);
    walk.go(isWorthIt);
    return new Met<>(walk.met, walk.odd, walk.isWhole, walk.calls, walk.pages);
  }

  private void go(IntPredicate isWorthIt) {
    int offset = 0;
    List<Long> before = List.of();
    while (true) {
      Page<T> page = fromOffset.apply(offset);
      calls++;
      page.items().forEach(member -> met.put(id.apply(member), member));
      odd.addAll(page.odd());
      List<Long> moments = page.items().stream().map(made::applyAsLong).filter(t -> t > 0).toList();
      if (calls == 1) {
        rises = moments.isEmpty() || moments.getFirst() <= moments.getLast();
      } else {
        isWhole &= overlaps(before, moments);
      }
      before = moments;
      int left = page.totalCount() - offset - page.size();
      pages = calls + (left > 0 && page.size() > 0 ? Math.ceilDiv(left, page.size()) : 0);
      if (left <= 0) {
        return;
      }
      if (page.size() == 0 || !isWorthIt.test(pages)) {
        isWhole = false;
        return;
      }
      offset += step(page, moments);
    }
  }

  /**
   * Up to before the last moment of this page, or behind the page if that proves nothing. Places
   * without a moment are not counted, which only makes the step shorter.
   */
  private int step(Page<T> page, List<Long> moments) {
    int before = moments.isEmpty() ? 0 : moments.indexOf(moments.getLast()) - 1;
    isWhole &= before > MARGIN && isOrdered(moments);
    return isWhole ? before - MARGIN : page.size();
  }

  private boolean overlaps(List<Long> page, List<Long> following) {
    if (page.isEmpty() || following.isEmpty() || !isOrdered(following)) {
      return false;
    }
    long from = page.getFirst();
    long last = page.getLast();
    long next = following.getFirst();
    return rises ? from <= next && next < last : from >= next && next > last;
  }

  private boolean isOrdered(List<Long> moments) {
    for (int i = 1; i < moments.size(); i++) {
      long step = moments.get(i) - moments.get(i - 1);
      if (rises ? step < 0 : step > 0) {
        return false;
      }
    }
    return true;
  }
}
