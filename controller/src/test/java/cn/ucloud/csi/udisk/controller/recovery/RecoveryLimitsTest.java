package cn.ucloud.csi.udisk.controller.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever a cloud says, or a torn network does, no cluster is emptied. */
class RecoveryLimitsTest {

  @Test
  void noneIsMarkedWhereMoreThanAThirdOfTheKubeletsAreSilent() {
    try (FewNodes cluster = new FewNodes(6)) {
      cluster.powerOff("n1");
      cluster.powerOff("n2");
      cluster.powerOff("n3");
      cluster.pass(10);
      assertThat(cluster.marked()).isEmpty();
      assertThat(cluster.cloud.hostLooks).as("nor is the cloud asked").isZero();
      assertThat(cluster.report().heldBack()).isEqualTo(3);
      assertThat(cluster.told)
          .as("to the driver and to each of the nodes, once")
          .hasSize(4)
          .allSatisfy(said -> {
            assertThat(said.reason()).isEqualTo(Reason.RECOVERY_HELD_BACK);
            assertThat(said.text())
                .contains("3 of 6 nodes are silent, which is more than a third", "n1, n2, n3");
          });
      cluster.powerOn("n3");
      cluster.pass(3);
      assertThat(cluster.marked()).containsExactly("n1", "n2");
    }
  }

  @Test
  void noMoreThanFiveAreMarkedWithinTenMinutesWhoeverMarksThem() {
    try (FewNodes cluster = new FewNodes(21)) {
      IntStream.rangeClosed(1, 3).forEach(i -> cluster.powerOff("n" + i));
      cluster.passUntilDecided();
      assertThat(cluster.marked()).hasSize(3);
      IntStream.rangeClosed(4, 7).forEach(i -> cluster.powerOff("n" + i));
      cluster.restarted();
      cluster.passUntilDecided();
      assertThat(cluster.marked()).hasSize(5);
      assertThat(cluster.report().heldBack()).isEqualTo(2);
      assertThat(cluster.told)
          .anyMatch(said ->
              said.text().contains("5 nodes were marked within 10 minutes, which is the most"));
      cluster.skip(Duration.ofMinutes(10));
      cluster.passUntilDecided();
      assertThat(cluster.marked()).hasSize(7);
    }
  }

  @Test
  void aCloudThatCallsLivingHostsStoppedIsNotBelieved() {
    try (FewNodes cluster = new FewNodes(6)) {
      cluster.powerOff("n1");
      cluster.pass(2);
      cluster.show("n2", "Stopped");
      cluster.show("n3", "Stopped");
      cluster.passUntilDecided();
      assertThat(cluster.marked()).isEmpty();
      assertThat(cluster.report().heldBack()).isEqualTo(1);
      assertThat(cluster.told)
          .anyMatch(said -> said.text().contains("does not show 2 of 5 hosts as running"));
    }
  }

  /** As with the keys of another account, or in another project. */
  @Test
  void aCloudThatKnowsNoHostIsNotBelieved() {
    try (FewNodes cluster = new FewNodes(6)) {
      cluster.silence("n1");
      cluster.hostOf.keySet().forEach(cluster::vanish);
      cluster.pass(10);
      assertThat(cluster.marked()).isEmpty();
    }
  }

  @Test
  void anAnswerThatLeavesOutOneLivingHostMayLeaveOutOthers() {
    try (FewNodes cluster = new FewNodes(6)) {
      cluster.silence("n1");
      cluster.vanish("n1");
      cluster.vanish("n2");
      cluster.pass(10);
      assertThat(cluster.marked()).isEmpty();
      cluster.show("n2", "Running");
      cluster.pass(2);
      assertThat(cluster.marked()).containsExactly("n1");
    }
  }

  @Test
  void aCloudThatCannotBeAskedProvesNothing() {
    try (FewNodes cluster = new FewNodes(4)) {
      cluster.powerOff("n1");
      cluster.cloud.odd.add("uhost-1");
      cluster.pass(10);
      assertThat(cluster.marked()).isEmpty();
    }
  }
}
