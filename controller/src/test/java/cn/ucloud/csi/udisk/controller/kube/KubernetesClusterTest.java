package cn.ucloud.csi.udisk.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.identity.Readiness;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.journal.PodJournal;
import cn.ucloud.csi.udisk.controller.kube.fixture.Warnings;
import cn.ucloud.csi.udisk.controller.kube.lease.KubernetesLease;
import cn.ucloud.csi.udisk.controller.kube.lease.LeaseState;
import cn.ucloud.csi.udisk.controller.kube.lease.LeaseTimings;
import cn.ucloud.csi.udisk.controller.kube.lease.PodProcesses;
import cn.ucloud.csi.udisk.controller.kube.record.NodeRecord;
import cn.ucloud.csi.udisk.controller.kube.upkeep.RetryingTasks;
import cn.ucloud.csi.udisk.testing.Patience;
import cn.ucloud.csi.udisk.testing.kube.FakeApiServer;
import cn.ucloud.csi.udisk.testing.kube.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One acting process, with real time, real HTTP, and an API server that stops answering. */
class KubernetesClusterTest {
  /** For who loses the API server. */
  private static final LeaseTimings SHORT =
      new LeaseTimings(Duration.ofSeconds(6), Duration.ofSeconds(4), Duration.ofMillis(300));

  /** For who must not lose the lease because the machine is slow, and waits for no such end. */
  private static final LeaseTimings LONG =
      new LeaseTimings(Patience.LIMIT.multipliedBy(2), Patience.LIMIT, Duration.ofMillis(300));

  @TempDir private Path directory;
  private final FakeApiServer api = new FakeApiServer();
  private final List<Instance> instances = new ArrayList<>();

  /** One process, as far as the election goes. */
  private final class Instance implements AutoCloseable {
    final Wire wire = new Wire(api.port());
    final Readiness readiness = new Readiness();
    final AtomicBoolean halted = new AtomicBoolean();
    final AtomicInteger begun = new AtomicInteger();
    final KubernetesCluster cluster;

    private final Optional<PodJournal> journal;
    private volatile boolean isAtOnce;
    private boolean isKilled;

    Instance(String name, LeaseTimings terms) throws IOException {
      this(name, terms, Optional.empty());
    }

    /**
     * @param socket in the directory of its pod
     */
    Instance(String name, LeaseTimings terms, Optional<Path> socket) throws IOException {
      journal = socket.map(PodJournal::beside);
      cluster =
          KubernetesCluster.of(
              new ClusterConfig(
                  Optional.of(FakeApiServer.kubeconfig(directory, wire.port())),
                  name,
                  terms,
                  true,
                  false));
      instances.add(this);
      cluster.join(
          readiness,
          disk -> Optional.empty(),
          journal.<PodProcesses>map(own -> own).orElse(PodProcesses.NONE),
          isFromFormer -> {
            isAtOnce = isFromFormer;
            begun.incrementAndGet();
          },
          why -> halted.set(true));
    }

    boolean mayAct() {
      try (Permission.Pass _ = cluster.permission().enter()) {
        return true;
      } catch (Unavailable e) {
        return false;
      }
    }

    void awaitActing() {
      await().until(this::mayAct);
      await().until(() -> readiness.findObstacle().isEmpty());
    }

    /** As far as the others can tell: it says nothing more, and its lock is free. */
    void kill() throws IOException {
      isKilled = true;
      wire.goDead();
      journal.orElseThrow().close();
    }

    @Override
    public void close() throws IOException {
      if (isKilled) {
        wire.revive(); // what it had sent is too late
      }
      cluster.close();
      wire.close();
      if (journal.isPresent()) {
        journal.get().close();
      }
    }
  }

  /** As the last process has left it, so that the first one here need not wait. */
  @BeforeEach
  void aFreeLease() {
    assertThat(
            new KubernetesLease(api.client(), Clock.systemUTC())
                .create(new LeaseState("", "", SHORT.duration(), Instant.EPOCH, 0)))
        .isTrue();
  }

  @AfterEach
  void close() throws IOException {
    for (Instance instance : instances) {
      instance.close();
    }
    api.close();
  }

  @Test
  void aStandbyIsNotReadyAndMayChangeNothing() throws IOException {
    Instance acting = new Instance("a", LONG);
    acting.awaitActing();
    Instance standby = new Instance("b", LONG);
    await()
        .until(
            () -> standby.readiness.findObstacle().filter(why -> why.startsWith("a_")).isPresent());
    assertThatThrownBy(standby.cluster.permission()::require)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("does not hold the lease");
    assertThat(standby.mayAct()).isFalse();
    assertThat(acting.begun).hasValue(1);
    assertThat(standby.begun).hasValue(0);
  }

  @Test
  void aTakeOverWarnsOfNothingWhileTheNodesAreNotKnownYet() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      api.register(name, "udisk.csi.ucloud.cn", "uhost-" + name);
    }
    api.putNode("b", "uhost-b", NodeRecord.STARTUP_TAINT);
    api.refuse("/api/v1/nodes");
    try (Warnings warnings = new Warnings(RetryingTasks.class)) {
      new Instance("a", LONG).awaitActing();
      await().until(() -> api.asked().stream().anyMatch(KubernetesClusterTest::isWatchOfCsiNodes));
      api.serve("/api/v1/nodes");
      await().until(() -> api.client().nodes().withName("b").get().getSpec().getTaints().isEmpty());
      assertThat(warnings.texts()).isEmpty();
    }
  }

  @Test
  void ofWhatWasAttachedForGoodWhenItBeganAProcessKnowsThatNobodyMovesIt() throws IOException {
    api.putVolume("pv-1", "bsm-1");
    api.putVolume("pv-2", "bsm-2");
    api.put(
        FakeApiServer.attachment("va-1", "a", "pv-1")
            .withNewStatus()
            .withAttached(true)
            .endStatus()
            .build());
    Instance acting = new Instance("a", LONG);
    acting.awaitActing();
    PublishedNodes published = acting.cluster.view().publishedNodes();
    await().until(() -> !published.mayHaveBeenMoving(new VolumeId("bsm-1")));
    assertThat(published.mayHaveBeenMoving(new VolumeId("bsm-2"))).isTrue();
  }

  private static boolean isWatchOfCsiNodes(String request) {
    return request.contains("/csinodes?") && request.contains("watch=true");
  }

  @Test
  void whenTheApiServerStopsAnsweringOneOfThemTheOtherTakesOverAndNeverDoBothAct()
      throws IOException {
    Instance first = new Instance("a", SHORT);
    first.awaitActing();
    Instance second = new Instance("b", SHORT);
    first.wire.goDead();
    boolean firstStopped = false;
    while (!second.mayAct()) { // asked without pause: one moment of two would be seen
      firstStopped = !first.mayAct();
      Thread.onSpinWait();
    }
    assertThat(firstStopped).isTrue();
    assertThat(first.mayAct()).isFalse();
    assertThat(first.halted).isTrue();
    first.wire.revive(); // what it had sent arrives now
    assertThat(second.mayAct()).isTrue();
    assertThat(first.mayAct()).isFalse();
  }

  @Test
  void aDeadApiServerEndsTheTermEvenIfNobodyElseIsThere() throws IOException {
    Instance only = new Instance("a", SHORT);
    only.awaitActing();
    only.wire.goDead();
    await().until(only.halted::get);
    assertThat(only.mayAct()).isFalse();
  }

  @Test
  void anOrderlyEndHandsOverWithoutAWait() throws IOException {
    Instance first = new Instance("a", LONG);
    first.awaitActing();
    Instance second = new Instance("b", LONG);
    await()
        .until(() -> second.readiness.findObstacle().filter(w -> w.startsWith("a_")).isPresent());
    first.cluster.close();
    second.awaitActing(); // and not when the lease would have expired
    assertThat(first.mayAct()).isFalse();
    assertThat(first.halted).isFalse();
  }

  @Test
  void aRestartedProcessOfTheSamePodActsThoughTheLeaseHasLongToGo() throws IOException {
    Optional<Path> socket = Optional.of(directory.resolve("csi.sock"));
    Instance first = new Instance("a", LONG, socket);
    first.awaitActing();
    Instance ofAnotherPod = new Instance("b", LONG);
    first.kill();
    Instance second = new Instance("a", LONG, socket);
    second.awaitActing(); // and not when the lease would have expired
    assertThat(second.isAtOnce).isTrue();
    assertThat(first.isAtOnce).isFalse();
    assertThat(ofAnotherPod.mayAct()).isFalse();
  }

  @Test
  void afterAnOrderlyEndNoProcessOfThePodCountsAsDead() throws IOException {
    Optional<Path> socket = Optional.of(directory.resolve("csi.sock"));
    Instance first = new Instance("a", LONG, socket);
    first.awaitActing();
    first.close();
    Instance second = new Instance("a", LONG, socket);
    second.awaitActing();
    assertThat(second.isAtOnce).isFalse();
  }

  @Test
  void aChangeThatIsUnderWayKeepsTheLeaseFromBeingGivenBack() throws IOException {
    Instance first = new Instance("a", LONG);
    first.awaitActing();
    try (Permission.Pass _ = first.cluster.permission().enter()) {
      first.cluster.close();
      assertThat(
              api.client()
                  .leases()
                  .inNamespace(KubernetesLease.NAMESPACE)
                  .withName(KubernetesLease.NAME)
                  .get()
                  .getSpec()
                  .getHolderIdentity())
          .startsWith("a_");
    }
  }
}
