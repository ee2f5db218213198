package cn.ucloud.csi.udisk.controller.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.ListBroken;
import cn.ucloud.csi.udisk.controller.request.ListQuery.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListQueryTest {
  private final List<Integer> list =
      new ArrayList<>(IntStream.range(0, 25).boxed().toList().reversed());

  @Test
  void allPagesTogetherAreTheListInOneOrder() {
    assertThat(pages(7)).isEqualTo(IntStream.range(0, 25).boxed().toList());
    assertThat(pages(25)).hasSize(25);
    assertThat(pages(0)).hasSize(25);
  }

  @Test
  void aTokenStaysGoodWhenEntriesComeAndGo() {
    ListQuery.Part<Integer> first = page(10, "");
    list.removeAll(List.of(2, 9, 12));
    list.add(99);
    ListQuery.Part<Integer> second = page(100, first.nextToken());
    assertThat(second.entries())
        .isEqualTo(
            IntStream.concat(IntStream.range(10, 25).filter(i -> i != 12), IntStream.of(99))
                .boxed()
                .toList());
    assertThat(second.nextToken()).isEmpty();
  }

  /** Found by csi-sanity's case on a machine fast enough to make four volumes in a second. */
  @Test
  void anEntryThatIsMadeInTheSecondOfTheLastOneIsNotPassedOver() {
    List<Integer> second = List.of(12, 13, 14);
    for (int late : second) {
      list.clear();
      list.addAll(second);
      list.removeAll(List.of(late));
      ListQuery.Part<Integer> first = page(1, "");
      list.add(late);
      List<Integer> all = new ArrayList<>(first.entries());
      all.addAll(from(first.nextToken(), 1));
      assertThat(all).containsExactlyInAnyOrderElementsOf(second);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"invalid-token", "12", "a/b", "1/", "1/x y", "1/,x", "99999999999999999999/x"})
  void anUnknownTokenIsToldToBeginAgain(String token) {
    assertThatThrownBy(() -> ListQuery.from(0, token)).isInstanceOf(ListBroken.class);
  }

  @Test
  void aNegativeNumberIsRefused() {
    assertThatThrownBy(() -> ListQuery.from(-1, "")).isInstanceOf(InvalidRequest.class);
  }

  private List<Integer> pages(int size) {
    return from("", size);
  }

  private List<Integer> from(String first, int size) {
    List<Integer> all = new ArrayList<>();
    String token = first;
    do {
      ListQuery.Part<Integer> part = page(size, token);
      all.addAll(part.entries());
      token = part.nextToken();
    } while (!token.isEmpty());
    return all;
  }

  private ListQuery.Part<Integer> page(int size, String token) {
    return ListQuery.from(size, token)
        .of(list.stream(), i -> new Position(i / 3, "bsm-%03d".formatted(i)));
  }
}
