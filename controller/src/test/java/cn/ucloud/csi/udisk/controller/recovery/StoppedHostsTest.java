package cn.ucloud.csi.udisk.controller.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent;
import cn.ucloud.csi.udisk.controller.cluster.VolumeEvent.Reason;
import cn.ucloud.csi.udisk.controller.kube.adapter.EventWriter;
import cn.ucloud.csi.udisk.controller.kube.adapter.KubernetesEventRecorder;
import cn.ucloud.csi.udisk.controller.kube.record.VolumeRecord;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node is marked as out of service if all proves that its host is off, and else never. */
class StoppedHostsTest {
  private final FewNodes cluster = new FewNodes(4);

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void theNodeOfAStoppedHostIsMarkedThirtySecondsAfterItsLastHeartbeatWasSeen() {
    cluster.pass(2);
    cluster.powerOff("n1");
    cluster.pass(2); // one look
    assertThat(cluster.marked()).isEmpty();
    cluster.pass(1);
    assertThat(cluster.marked()).containsExactly("n1");
    assertThat(reasons()).containsExactly(Reason.HOST_STOPPED);
    assertThat(cluster.told.getFirst().text()).contains("uhost-1", "n1", "out of service since");
    assertThat(cluster.report()).isEqualTo(new StoppedHosts.Report(1, 0, 0, 1, 0));
    cluster.pass(1);
    assertThat(cluster.report()).isEqualTo(new StoppedHosts.Report(1, 1, 0, 1, 0));
  }

  @Test
  void theNodeOfAHostThatIsGoneIsMarked() {
    cluster.silence("n1");
    cluster.vanish("n1");
    cluster.passUntilDecided();
    assertThat(cluster.marked()).containsExactly("n1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Running", "Stopping", "Starting", "Rebooting", ""})
  void aSilentKubeletOnAHostThatIsNotStoppedIsLeftAlone(String state) {
    cluster.silence("n1");
    cluster.show("n1", state);
    cluster.pass(20);
    assertThat(cluster.marked()).isEmpty();
    assertThat(cluster.told).isEmpty();
  }

  @Test
  void aHostThatIsShownAsStoppedOnlyOnceIsLeftAlone() {
    cluster.powerOff("n1");
    cluster.pass(3);
    cluster.show("n1", "Running");
    cluster.pass(1);
    cluster.show("n1", "Stopped");
    cluster.pass(1);
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void aKubeletThatIsHeardOfKeepsItsPodsWhateverTheCloudShows() {
    cluster.show("n1", "Stopped");
    cluster.pass(20);
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void aKubeletThatIsHeardOfAtTheLastMomentKeepsItsPods() {
    cluster.powerOff("n1");
    cluster.pass(3);
    cluster.speak("n1");
    cluster.pass(1);
    cluster.silence("n1");
    cluster.pass(2);
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void aNodeWithoutVolumesOfThisDriverIsNoneOfItsBusiness() {
    cluster.detach("n1");
    cluster.powerOff("n1");
    cluster.pass(10);
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void noRequestGoesToTheCloudAndOneListToTheClusterWhileAllKubeletsAreHeardOf() {
    cluster.pass(1);
    int looks = cluster.cloud.hostLooks;
    cluster.pass(1);
    assertThat(cluster.cloud.hostLooks).isEqualTo(looks);
    assertThat(cluster.api.asked())
        .filteredOn(request -> request.startsWith("GET") && request.contains("/leases?"))
        .hasSizeLessThanOrEqualTo(4); // two rounds, in the small parts of this server
  }

  @Test
  void aHostThatRunsForLongIsLookedAtOnceAMinute() {
    cluster.silence("n1");
    cluster.pass(20);
    int looks = cluster.cloud.hostLooks;
    cluster.pass(12);
    assertThat(cluster.cloud.hostLooks - looks).isEqualTo(2);
  }

  @Test
  void aNodeThatIsBeingDeletedIsLeftToWhoDeletesIt() {
    cluster.edit(
        "n1",
        node -> {
          node.getMetadata().setFinalizers(List.of("example.com/f"));
          return node;
        });
    cluster.api.client().nodes().withName("n1").delete();
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    assertThat(cluster.marked()).isEmpty();
    assertThat(cluster.told).anyMatch(said -> said.text().contains("it is being deleted"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node.kubernetes.io/out-of-service",
        "ToBeDeletedByClusterAutoscaler",
        "karpenter.sh/disrupted",
        "medik8s.io/remediation"
      })
  void aNodeThatAnotherHandIsAtIsLeftToIt(String key) {
    cluster.taint("n1", key);
    cluster.powerOff("n1");
    cluster.pass(10);
    assertThat(cluster.taints("n1")).containsExactly(key + "=x:NoExecute");
    cluster.powerOn("n1");
    cluster.detach("n1");
    cluster.pass(10);
    assertThat(cluster.taints("n1")).containsExactly(key + "=x:NoExecute");
  }

  @Test
  void aMarkThatSomebodyTookAwayIsNotSetAgainUntilTheHostWasBack() {
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    cluster.removeTaints("n1");
    cluster.pass(10);
    assertThat(cluster.marked()).isEmpty();
    cluster.powerOn("n1");
    cluster.pass(4);
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    assertThat(cluster.marked()).containsExactly("n1");
  }

  @Test
  void contradictionsAboutWhichHostItIsKeepItsPodsThere() {
    cluster.powerOff("n1");
    var csiNode = cluster.api.client().storage().v1().csiNodes().withName("n1");
    csiNode.delete();
    cluster.api.register("n1", "udisk.csi.ucloud.cn", "uhost-2");
    cluster.passUntilDecided();
    assertThat(cluster.marked()).isEmpty();
    assertThat(cluster.report().heldBack()).isEqualTo(1);
    assertThat(cluster.told)
        .singleElement()
        .satisfies(said ->
            assertThat(said.text())
                .contains(
                    "name different hosts: label uhost-1, registered (CSINode) as uhost-2",
                    "the node's name and addresses n1, 10.9.1.1, the host's addresses 10.9.1.1"));
  }

  @Test
  void aSilentNodeWhoseLabelsNameNoHostIsHeldBackAndItIsSaid() {
    cluster.label("n1", Map.of());
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    assertThat(cluster.marked()).isEmpty();
    assertThat(cluster.report().heldBack()).isEqualTo(1);
    assertThat(reasons()).containsExactly(Reason.RECOVERY_HELD_BACK);
    assertThat(cluster.told.getFirst().text())
        .contains("node n1 is silent", "UHostID", "node.uk8s.ucloud.cn/resource_id");
  }

  @Test
  void aSilentNodeWhoseLabelsNameTwoHostsIsHeldBackAndBothAreNamed() {
    cluster.label("n1", Map.of("UhostID", "uhost-1", "UHostID", "uhost-9"));
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    assertThat(cluster.report().heldBack()).isEqualTo(1);
    assertThat(cluster.told)
        .singleElement()
        .satisfies(
            said -> assertThat(said.text()).contains("n1", "several hosts, uhost-1, uhost-9"));
  }

  @Test
  void aNodeOfNoKnownHostKeepsNoOtherFromBeingMarked() {
    try (FewNodes larger = new FewNodes(6)) {
      larger.label("n1", Map.of());
      larger.powerOff("n1");
      larger.powerOff("n2");
      larger.pass(5);
      assertThat(larger.marked()).containsExactly("n2");
      assertThat(larger.report().heldBack()).isEqualTo(1);
    }
  }

  @Test
  void thatANodeIsHeldBackIsSaidAgainAfterTenMinutes() {
    cluster.label("n1", Map.of());
    cluster.silence("n1");
    cluster.pass(10);
    assertThat(cluster.told).hasSize(1);
    cluster.skip(Duration.ofMinutes(10));
    cluster.passUntilDecided();
    assertThat(cluster.told).hasSize(2);
  }

  @Test
  void whoDescribesANodeThatIsHeldBackSeesAnEvent() {
    var client = cluster.api.client();
    try (var volumes = VolumeRecord.watch(client);
        var events =
            new KubernetesEventRecorder(
                client,
                volumes,
                Permission.always(),
                new EventWriter(client, "controller-0", cluster.clock()))) {
      cluster.restarted(Permission.always(), events);
      cluster.powerOff("n1");
      cluster.powerOff("n2"); // two of four are more than a third
      cluster.passUntilDecided();
      await().untilAsserted(() -> assertThat(heldBack()).containsExactly("Node n1", "Node n2"));
      cluster.powerOn("n2");
      cluster.label("n3", Map.of());
      cluster.powerOn("n1");
      cluster.powerOff("n3");
      cluster.passUntilDecided();
      await()
          .untilAsserted(
              () -> assertThat(heldBack()).containsExactly("Node n1", "Node n2", "Node n3"));
    }
  }

  /** Whom the events are about, in the namespace in which those of nodes are. */
  private List<String> heldBack() {
    return cluster.api.client().v1().events().inNamespace("default").list().getItems().stream()
        .filter(event -> event.getReason().equals("RecoveryHeldBack"))
        .map(Event::getInvolvedObject)
        .filter(about -> about.getUid() != null)
        .map(about -> about.getKind() + " " + about.getName())
        .sorted()
        .toList();
  }

  @Test
  void aHostThatIsTwoNodesKeepsBoth() {
    cluster.edit(
        "n2",
        node -> {
          node.getMetadata().setLabels(Map.of("UhostID", "uhost-1"));
          return node;
        });
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void aNodeWithoutALeaseIsSilentOnlyIfKubernetesCallsItSo() {
    cluster.powerOff("n1");
    cluster.api.client().leases().inNamespace("kube-node-lease").withName("n1").delete();
    cluster.pass(10);
    assertThat(cluster.marked()).isEmpty();
    cluster.setReady("n1", "Unknown");
    cluster.pass(2);
    assertThat(cluster.marked()).containsExactly("n1");
  }

  @Test
  void theMarkGoesWhenHostAndKubeletAreBackAndTheVolumesGone() {
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    cluster.speak("n1");
    cluster.show("n1", "Starting");
    cluster.pass(3);
    assertThat(cluster.marked()).as("its volume is there").containsExactly("n1");
    cluster.detach("n1");
    cluster.pass(3);
    assertThat(cluster.marked()).as("its host is not shown as running").containsExactly("n1");
    cluster.setReady("n1", "Unknown");
    cluster.show("n1", "Running");
    cluster.pass(3);
    assertThat(cluster.marked()).as("Kubernetes does not call it ready").containsExactly("n1");
    cluster.setReady("n1", "True");
    cluster.pass(1);
    assertThat(cluster.marked()).isEmpty();
    assertThat(cluster.api.client().nodes().withName("n1").get().getMetadata().getAnnotations())
        .isNullOrEmpty();
    assertThat(reasons()).containsExactly(Reason.HOST_STOPPED, Reason.HOST_BACK);
    assertThat(cluster.report().returned()).isEqualTo(1);
  }

  /** The API server says at that moment what was not watched yet. */
  @Test
  void otherTaintsAndAnnotationsOfTheNodeStay() {
    cluster.taint("n1", "example.com/t");
    cluster.edit(
        "n1",
        node -> {
          node.getMetadata().setAnnotations(Map.of("example.com/a", "b"));
          return node;
        });
    cluster.powerOff("n1");
    cluster.passUntilDecided();
    assertThat(cluster.taints("n1"))
        .containsExactly("example.com/t=x:NoExecute", FewNodes.TAINT + "=nodeshutdown:NoExecute");
    cluster.powerOn("n1");
    cluster.detach("n1");
    cluster.pass(3);
    assertThat(cluster.taints("n1")).containsExactly("example.com/t=x:NoExecute");
    assertThat(cluster.api.client().nodes().withName("n1").get().getMetadata().getAnnotations())
        .isEqualTo(Map.of("example.com/a", "b"));
  }

  @Test
  void aProcessThatWasKilledIsFollowedByOneThatGoesOnFromClusterAndCloud() {
    cluster.powerOff("n1");
    cluster.pass(3);
    cluster.restarted();
    cluster.passUntilDecided();
    assertThat(cluster.marked()).containsExactly("n1");
    cluster.told.clear();
    cluster.restarted();
    cluster.pass(1);
    assertThat(reasons()).as("said again").containsExactly(Reason.HOST_STOPPED);
    cluster.powerOn("n1");
    cluster.detach("n1");
    cluster.pass(2);
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void aProcessThatStandsByDoesNothing() {
    cluster.restarted(new StandingBy());
    cluster.powerOff("n1");
    cluster.pass(10);
    assertThat(cluster.marked()).isEmpty();
    assertThat(cluster.report().silent()).isNaN();
  }

  private static final class StandingBy implements Permission {
    @Override
    public void require() {
      throw new Unavailable("another process holds the lease");
    }

    @Override
    public Pass enter() {
      throw new Unavailable("another process holds the lease");
    }
  }

  /** The patch is for the Node that was judged. */
  @Test
  void aNodeThatOthersChangeMeanwhileIsJudgedAnew() {
    AtomicInteger looks = new AtomicInteger();
    cluster.powerOff("n1");
    assertThat(
            cluster.marks.mark(
                "n1",
                Instant.parse("2026-12-01T00:00:00Z"),
                live -> {
                  if (looks.incrementAndGet() == 1) {
                    cluster.taint("n1", "medik8s.io/remediation");
                  }
                  return live.otherHand();
                }))
        .hasValueSatisfying(why -> assertThat(why).contains("medik8s.io/remediation"));
    assertThat(looks).hasValue(2);
    assertThat(cluster.marked()).isEmpty();
  }

  @Test
  void anApiServerThatIsAwayIsNoSilence() {
    cluster.pass(2);
    cluster.powerOff("n1");
    cluster.api.refuse("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", 403);
    cluster.pass(10);
    assertThat(cluster.report().silent()).isNaN();
    cluster.api.serve("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases");
    cluster.pass(2);
    assertThat(cluster.marked()).isEmpty();
    cluster.pass(2);
    assertThat(cluster.marked()).containsExactly("n1");
  }

  private List<Reason> reasons() {
    return cluster.told.stream().map(VolumeEvent::reason).toList();
  }
}
