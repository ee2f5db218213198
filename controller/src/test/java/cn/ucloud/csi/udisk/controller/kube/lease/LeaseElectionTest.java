package cn.ucloud.csi.udisk.controller.kube.lease;

import static cn.ucloud.csi.udisk.controller.kube.lease.LeaseElection.Outcome.HELD;
import static cn.ucloud.csi.udisk.controller.kube.lease.LeaseElection.Outcome.HELD_BY_OTHER;
import static cn.ucloud.csi.udisk.controller.kube.lease.LeaseElection.Outcome.UNHELD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeaseElectionTest {
  private static final Duration DURATION = Duration.ofSeconds(12);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final InMemoryLease lease = new InMemoryLease();
  private long now = Long.MAX_VALUE - 1_000; // also a clock that runs over is steady
  private final LeaseElection first = election("first");
  private final LeaseElection second = election("second");

  @Test
  void aMissingLeaseIsTakenAfterItsDurationBecauseSomebodyMayStillCountOnIt() {
    assertThat(first.attempt()).isEqualTo(UNHELD);
    pass(DURATION.minus(MOMENT));
    assertThat(first.attempt()).isEqualTo(UNHELD);
    pass(MOMENT);
    assertThat(first.attempt()).isEqualTo(HELD);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
  }

  @Test
  void anotherTakesOverOnlyAfterSeeingNoRenewalForTheWholeDuration() {
    hold(first);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(DURATION.minus(MOMENT));
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    assertThat(first.attempt()).isEqualTo(HELD);
    pass(MOMENT);
    assertThat(second.attempt()).as("it was renewed meanwhile").isEqualTo(HELD_BY_OTHER);
    pass(DURATION.minus(MOMENT));
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(MOMENT);
    assertThat(second.attempt()).isEqualTo(HELD);
    assertThat(first.attempt()).isEqualTo(HELD_BY_OTHER);
  }

  @Test
  void aProcessThatHasJustStartedWaitsForTheWholeDurationHoweverOldTheLeaseLooks() {
    hold(first);
    pass(Duration.ofDays(1));
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(DURATION);
    assertThat(second.attempt()).isEqualTo(HELD);
  }

  @Test
  void theLongerDurationOfTheHolderIsHonoured() {
    lease.write("first", Duration.ofSeconds(60));
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(DURATION);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(Duration.ofSeconds(48));
    assertThat(second.attempt()).isEqualTo(HELD);
  }

  @Test
  void ofTwoThatSeeItExpiredOneGetsIt() {
    lease.write("gone", DURATION);
    assertThat(first.attempt()).isEqualTo(HELD_BY_OTHER);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(DURATION);
    lease.beforeWrite =
        () -> {
          lease.beforeWrite = () -> {};
          assertThat(second.attempt()).isEqualTo(HELD);
        };
    assertThat(first.attempt()).isEqualTo(HELD_BY_OTHER);
    assertThat(first.attempt()).isEqualTo(HELD_BY_OTHER);
  }

  @Test
  void aLeaseThatWasGivenBackIsTakenAtOnce() {
    hold(first);
    first.giveBack();
    assertThat(second.attempt()).isEqualTo(HELD);
    first.giveBack();
    assertThat(second.attempt()).as("only the holder gives it back").isEqualTo(HELD);
  }

  @Test
  void aHolderRestoresALeaseThatSomebodyDeleted() {
    hold(first);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    lease.delete();
    assertThat(second.attempt()).as("the holder still acts").isEqualTo(UNHELD);
    assertThat(first.attempt()).isEqualTo(HELD);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
  }

  @Test
  void aTakeOverWhoseAnswerWasLostIsFoundAtTheNextAttempt() {
    lease.write("gone", DURATION);
    assertThat(first.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(DURATION);
    lease.losesNextAnswer = true;
    assertThatThrownBy(first::attempt).isInstanceOf(IllegalStateException.class);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    assertThat(first.attempt()).isEqualTo(HELD);
  }

  @Test
  void aRestartedProcessOfTheSamePodTakesTheLeaseOfTheDeadOneAtOnce() {
    hold(first);
    Pod pod = new Pod("first");
    LeaseElection successor = election("successor", pod);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    assertThat(successor.attempt()).isEqualTo(HELD);
    assertThat(successor.isFromFormer()).isTrue();
    assertThat(pod.told).containsExactly("successor takes that of the former one");
    assertThat(second.attempt()).as("of another pod").isEqualTo(HELD_BY_OTHER);
  }

  @Test
  void aRestartedProcessWaitsForTheLeaseOfAnotherPodThatTookItMeanwhile() {
    hold(first);
    pass(DURATION);
    Pod pod = new Pod("former");
    LeaseElection successor = election("successor", pod);
    assertThat(successor.attempt()).isEqualTo(HELD_BY_OTHER);
    assertThat(pod.told).isEmpty();
    pass(DURATION);
    assertThat(successor.attempt()).isEqualTo(HELD);
    assertThat(successor.isFromFormer()).isFalse();
    assertThat(pod.told).containsExactly("successor takes another one");
  }

  @Test
  void aTakeOverInThePodWhoseAnswerWasLostIsStillOneFromTheFormerProcess() {
    hold(first);
    LeaseElection successor = election("successor", new Pod("first"));
    lease.losesNextAnswer = true;
    assertThatThrownBy(successor::attempt).isInstanceOf(IllegalStateException.class);
    assertThat(successor.attempt()).isEqualTo(HELD);
    assertThat(successor.isFromFormer()).isTrue();
  }

  @Test
  void theOneThatWasFasterThanARestartedProcessActed() {
    lease.write("former", DURATION);
    Pod pod = new Pod("former");
    LeaseElection successor = election("successor", pod);
    assertThat(second.attempt()).isEqualTo(HELD_BY_OTHER);
    pass(DURATION);
    lease.beforeWrite =
        () -> {
          lease.beforeWrite = () -> {};
          assertThat(second.attempt()).isEqualTo(HELD);
        };
    assertThat(successor.attempt()).isNotEqualTo(HELD);
    assertThat(successor.attempt()).isEqualTo(HELD_BY_OTHER);
    second.giveBack();
    assertThat(successor.attempt()).isEqualTo(HELD);
    assertThat(successor.isFromFormer()).isFalse();
  }

  @Test
  void aPodIsToldThatItsLeaseWasGivenBack() {
    Pod pod = new Pod("none");
    LeaseElection only = election("only", pod);
    hold(only);
    only.giveBack();
    assertThat(pod.told).containsExactly("only takes another one", "given back");
  }

  private void hold(LeaseElection election) {
    election.attempt();
    pass(DURATION);
    assertThat(election.attempt()).isEqualTo(HELD);
  }

  private void pass(Duration duration) {
    now += duration.toNanos();
  }

  private LeaseElection election(String self) {
    return election(self, PodProcesses.NONE);
  }

  private LeaseElection election(String self, PodProcesses pod) {
    return new LeaseElection(
        lease, self, pod, DURATION, () -> now, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  }

  /** A pod whose former process is dead; remembers what it is told. */
  private static final class Pod implements PodProcesses {
    private final List<String> told = new ArrayList<>();
    private final String former;

    Pod(String former) {
      this.former = former;
    }

    @Override
    public Optional<String> former() {
      return Optional.of(former);
    }

    @Override
    public void taking(String process, boolean isFromFormer) {
      told.add(process + (isFromFormer ? " takes that of the former one" : " takes another one"));
    }

    @Override
    public void gaveBack() {
      told.add("given back");
    }
  }
}
