package cn.ucloud.csi.udisk.controller.provision;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Caller;
import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cloud.DiskApi;
import cn.ucloud.csi.udisk.controller.cloud.SnapshotApi;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.fixture.CrowdedTime;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many claims of one source at once, each of whose copies takes ten seconds. */
@Timeout(120)
class ParallelCopiesTest {
  private static final Duration COPY = Duration.ofSeconds(10);
  private static final ContentSource SNAPSHOT = new OfSnapshot(new SnapshotId("bsSnap-1"));
  private static final ContentSource VOLUME = new OfVolume(new VolumeId("bsm-src"));

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi disks = new FakeDiskApi(time);
  private final FakeSnapshotApi snapshots = new FakeSnapshotApi(disks);
  private final CrowdedTime crowd = new CrowdedTime(time);
  private final ExecutorService claims =
      Executors.newThreadPerTaskExecutor(crowd.threads().factory());
  private final Operations operations =
      new Operations(
          Duration.ofMinutes(10),
          Caller::patient,
          Permission.always(),
          (_, _, _) -> {},
          crowd::threads);
  private final Volumes volumes =
      new Volumes(
          Storage.of(
              inTurn(DiskApi.class, disks),
              inTurn(SnapshotApi.class, snapshots),
              ClusterView.none(),
              Timing.withSettle(FakeCloud.SETTLE),
              DeletionRule.KEEP_WITH_SNAPSHOTS,
              crowd,
              Runnable::run));

  private volatile CountDownLatch begin = new CountDownLatch(0);

  @BeforeEach
  void aDiskWithASnapshotAndAnOldProcess() {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.AVAILABLE, Optional.empty()));
    snapshots.put("bsSnap-1", "s", "bsm-src");
    disks.making = COPY;
    time.pass(FakeCloud.SETTLE);
  }

  @AfterEach
  void stop() {
    claims.shutdownNow();
    crowd.close();
  }

  @Test
  void tenRestoresOfOneSnapshotTakeAsLongAsOneAndNobodyIsRefused() throws Exception {
    assertThat(timeOf(10, SNAPSHOT)).isLessThanOrEqualTo(Duration.ofSeconds(25));
    assertThat(disks.orders).hasSize(10);
  }

  @Test
  void fiveClonesOfOneVolumeTakeAsLongAsOneWhereTheCloudMakesThemAtOnce() throws Exception {
    disks.copiesOneSourceForMany = true;
    assertThat(timeOf(5, VOLUME)).isLessThanOrEqualTo(Duration.ofSeconds(25));
  }

  @Test
  void whereTheCloudTakesOneCloneAtATimeTheOthersWaitInsideTheirCalls() throws Exception {
    assertThat(timeOf(5, VOLUME)).isLessThanOrEqualTo(COPY.multipliedBy(5).plusSeconds(20));
    assertThat(disks.existing()).hasSize(6);
  }

  @Test
  void fiveClonesOfAVolumeInUseTakeTurnsAndLeaveNoSnapshot() throws Exception {
    disks.put(FakeDiskApi.disk("bsm-src", "pvc-0", UDiskStatus.INUSE, Optional.of("uhost-a")));
    assertThat(timeOf(5, VOLUME)).isLessThan(Duration.ofMinutes(5));
    assertThat(disks.existing()).hasSize(6);
    assertThat(snapshots.existing()).isEqualTo(1); // somebody's own
  }

  @Test
  void aRepeatForAFinishedCopyIsAnsweredWhileOthersAreBeingMade() throws Exception {
    List<Future<VolumeId>> all = new ArrayList<>();
    all.add(claim("pvc-first", VOLUME));
    VolumeId first = all.getFirst().get();
    all.add(claim("pvc-second", VOLUME));
    all.add(claim("pvc-first", VOLUME));
    assertThat(all.getLast().get()).isEqualTo(first);
    assertThat(all.get(1).get()).isNotEqualTo(first);
  }

  /** From the first call to the last answer; fails if any is refused. */
  private Duration timeOf(int count, ContentSource source) throws Exception {
    long start = time.now();
    List<Future<VolumeId>> all = new ArrayList<>();
    begin = new CountDownLatch(1);
    for (int i = 0; i < count; i++) {
      all.add(claim("pvc-" + (i + 1), source));
    }
    begin.countDown();
    for (Future<VolumeId> one : all) {
      one.get();
    }
    return Duration.ofNanos(time.now() - start);
  }

  private Future<VolumeId> claim(String name, ContentSource source) {
    VolumeSpec spec =
        new VolumeSpec(
            DiskName.of(name, "uk8s-x"),
            new Capacity(DiskSize.ofGib(10), 0, Optional.empty()),
            new DiskPlan(List.of(DiskType.SSD), DiskTerms.PLAIN, Optional.empty()),
            List.of(FakeDiskApi.ZONE),
            Optional.of(source));
    return claims.submit(() -> {
      begin.await();
      return operations
          .run(name, OperationKind.CREATE, spec, progress -> volumes.create(spec, progress))
          .volume()
          .id();
    });
  }

  /** The fake for many threads, one call after the other. */
  private <T> T inTurn(Class<T> type, T fake) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, given) -> call(fake, method, given)));
  }

  private synchronized Object call(Object fake, Method method, Object[] given) throws Throwable {
    try {
      return method.invoke(fake, given);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
