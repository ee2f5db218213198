package cn.ucloud.csi.udisk.controller.reads;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.ucloud.udisk.OddRecord;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Page;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageWalkTest {
  private record Member(String id, long made) {}

  private final List<Member> list = new ArrayList<>();
  private final Set<String> odd = new TreeSet<>();
  private Runnable beforeEachPage = () -> {};
  private int removed;

  @BeforeEach
  void membersOfWhichThreeWereMadeInEachSecond() {
    for (int i = 0; i < 450; i++) {
      list.add(new Member("m" + i, i / 3));
    }
  }

  @Test
  void aListInTheOrderOfCreationIsWhole() {
    assertThat(walk().isWhole()).isTrue();
    Collections.reverse(list);
    assertThat(walk().isWhole()).isTrue();
    assertThat(walk().members()).hasSize(450);
  }

  @Test
  void onePageThatHoldsAllIsWholeInAnyOrder() {
    Collections.shuffle(list, new Random(1));
    list.subList(100, 450).clear();
    assertThat(walk().isWhole()).isTrue();
    assertThat(walk().calls()).isEqualTo(1);
  }

  @Test
  void aListInNoOrderProvesNothing() {
    Collections.shuffle(list, new Random(1));
    assertThat(walk().isWhole()).isFalse();
  }

  @Test
  void moreMembersOfOneMomentThanAPageHoldsProveNothing() {
    list.replaceAll(member -> new Member(member.id, 7));
    assertThat(walk().isWhole()).isFalse();
  }

  /** A disk of somebody else must not make every look of ours ten times as expensive. */
  @Test
  void membersWithoutATimeAndRecordsThatCannotBeReadKeepTheirPlaces() {
    for (int i = 0; i < 450; i += 17) {
      list.set(i, new Member("m" + i, 0));
    }
    odd.addAll(Set.of("m3", "m99", "m100", "m101", "m300"));
    PageWalk.Met<Member> met = walk();
    assertThat(met.isWhole()).isTrue();
    assertThat(met.members()).hasSize(445);
    assertThat(met.calls()).isLessThanOrEqualTo(7);
    assertThat(met.provesNoOther(record -> record.mayBe("m-none"))).isTrue();
    assertThat(met.provesNoOther(record -> record.mayBe("m99"))).isFalse();
  }

  @Test
  void aWalkThatEndsEarlyIsNotWhole() {
    PageWalk.Met<Member> met = PageWalk.read(this::page, Member::id, Member::made, _ -> false);
    assertThat(met.isWhole()).isFalse();
    assertThat(met.calls()).isEqualTo(1);
    assertThat(met.pages()).isEqualTo(5);
  }

  /** What is in the list all the time is met, or the walk says that it proves nothing. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 9, 10, 20, 40, 100})
  void whatIsThereAllTheTimeIsMetHoweverManyAreRemovedAndAddedMeanwhile(int changes) {
    for (int seed = 0; seed < 200; seed++) {
      Random dice = new Random(seed);
      list.clear();
      membersOfWhichThreeWereMadeInEachSecond();
      boolean isReversed = seed % 2 == 1;
      if (isReversed) {
        Collections.reverse(list);
      }
      Set<String> staying = new TreeSet<>(list.stream().map(Member::id).toList());
      beforeEachPage =
          () -> {
            for (int i = 0; i < changes && !list.isEmpty(); i++) {
              staying.remove(list.remove(dice.nextInt(list.size())).id);
            }
            Member young = new Member("young" + dice.nextLong(), 1000);
            list.add(isReversed ? 0 : list.size(), young);
          };
      PageWalk.Met<Member> met = walk();
      if (met.isWhole()) {
        assertThat(met.members().keySet()).as("seed %d", seed).containsAll(staying);
      } else {
        removed++;
      }
    }
    assertThat(removed).as("walks that prove nothing").isLessThanOrEqualTo(changes < 6 ? 0 : 200);
  }

  private PageWalk.Met<Member> walk() {
    return PageWalk.read(this::page, Member::id, Member::made, _ -> true);
  }

  private Page<Member> page(int offset) {
    beforeEachPage.run();
    List<Member> page = list.stream().skip(offset).limit(100).toList();
    return new Page<>(
        page.stream().filter(member -> !odd.contains(member.id)).toList(),
        page.stream().map(Member::id).filter(odd::contains).map(PageWalkTest::odd).toList(),
        list.size());
  }

  private static OddRecord odd(String id) {
    return new OddRecord(Optional.of(id), Optional.empty(), Optional.of(id), "has no Size");
  }
}
