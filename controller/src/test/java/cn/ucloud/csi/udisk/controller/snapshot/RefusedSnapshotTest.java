package cn.ucloud.csi.udisk.controller.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Caller;
import cn.ucloud.csi.udisk.common.concurrent.OperationKind;
import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.TimeSource;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.OperationPending;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.ContentSource;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfVolume;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import cn.ucloud.csi.udisk.controller.model.SnapshotSpec;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import cn.ucloud.csi.udisk.controller.provision.CreatedVolume;
import java.time.Duration;
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

/**
 * What can be done with a source while it is not known what became of the order of a snapshot or a
 * copy: everything but its deletion.
 */
@Timeout(60)
class RefusedSnapshotTest {
  private static final VolumeId SOURCE = new VolumeId("bsm-1");
  private static final NodeId NODE = new NodeId("uhost-a");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi disks = new FakeDiskApi(time);
  private final FakeSnapshotApi cloud = new FakeSnapshotApi(disks);
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final Operations operations = new Operations(Duration.ofMinutes(10), Caller::patient);
  private final Storage storage =
      Storage.of(
          disks,
          cloud,
          ClusterView.none(),
          Timing.withSettle(FakeCloud.SETTLE),
          DeletionRule.DELETE_WITH_SNAPSHOTS,
          new Held(),
          Runnable::run);

  @BeforeEach
  void aFreeDiskAndAnOldProcess() {
    disks.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    cloud.put("bsSnap-1", "s", "bsm-1");
    time.pass(FakeCloud.SETTLE);
  }

  @AfterEach
  void letGo() {
    gate.countDown();
    callers.shutdownNow();
  }

  @Test
  void aSnapshotThatTheCloudRefusesKeepsItsSourceFromNothingButDeletion() throws Exception {
    cloud.faults.add(new Fault.Refused(17010));
    Future<?> snapshot = callers.submit(this::snapshot);
    waiting.await();
    assertThat(attach()).isEqualTo("vdb");
    detach();
    assertThatThrownBy(this::delete)
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("snapshot-1");
    gate.countDown();
    assertThatThrownBy(snapshot::get).cause().isInstanceOf(OutcomeUnknown.class);
    delete();
  }

  @Test
  void aCloneThatIsNotAnsweredKeepsItsSourceFromNothingButDeletion() throws Exception {
    disks.faults.add(new Fault.OrderLost());
    Future<?> clone = callers.submit(() -> create("hold pvc-2", new OfVolume(SOURCE)));
    waiting.await();
    assertThat(attach()).isEqualTo("vdb");
    detach();
    assertThatThrownBy(this::delete)
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("pvc-2");
    gate.countDown();
    assertThatThrownBy(clone::get).cause().isInstanceOf(DriverException.class);
    delete();
  }

  @Test
  void aRestoreThatIsNotAnsweredKeepsItsSnapshotUntilItHasSettled() throws Exception {
    disks.faults.add(new Fault.OrderLost());
    SnapshotId id = new SnapshotId("bsSnap-1");
    Future<?> restore = callers.submit(() -> create("hold pvc-2", new OfSnapshot(id)));
    waiting.await();
    assertThatThrownBy(() -> deleteSnapshot(id))
        .isInstanceOf(OperationPending.class)
        .hasMessageContaining("pvc-2");
    gate.countDown();
    assertThatThrownBy(restore::get).cause().isInstanceOf(DriverException.class);
    deleteSnapshot(id);
    assertThat(cloud.existing()).isZero();
  }

  private Snapshot snapshot() {
    SnapshotSpec spec = new SnapshotSpec(DiskName.of("snapshot-1", "uk8s-x"), SOURCE);
    return operations.run(
        "hold snapshot-1",
        OperationKind.CREATE,
        spec,
        progress -> storage.createSnapshot().create(spec, progress));
  }

  private CreatedVolume create(String key, ContentSource source) {
    VolumeSpec spec =
        new VolumeSpec(
            DiskName.of("pvc-2", "uk8s-x"),
            new Capacity(DiskSize.ofGib(10), 0, Optional.empty()),
            new DiskPlan(List.of(DiskType.SSD), DiskTerms.PLAIN, Optional.empty()),
            List.of(FakeDiskApi.ZONE),
            Optional.of(source));
    return operations.run(
        key, OperationKind.CREATE, spec, progress -> storage.createVolume().create(spec, progress));
  }

  private String attach() {
    return operations.run(
        "bsm-1",
        OperationKind.ATTACH,
        NODE,
        progress ->
            storage
                .attachVolume()
                .attach(SOURCE, NODE, progress)
                .deviceName()
                .orElseThrow()
                .value());
  }

  private void detach() {
    String done =
        operations.run(
            "bsm-1",
            OperationKind.DETACH,
            NODE,
            progress -> {
              storage.detachVolume().detach(SOURCE, Optional.of(NODE), progress);
              return "detached";
            });
    assertThat(done).isEqualTo("detached");
  }

  private void delete() {
    String done =
        operations.run(
            "bsm-1",
            OperationKind.DELETE,
            SOURCE,
            progress -> {
              storage.deleteVolume().delete(SOURCE, progress);
              return "deleted";
            });
    assertThat(done).isEqualTo("deleted");
  }

  private void deleteSnapshot(SnapshotId id) {
    String done =
        operations.run(
            id.value(),
            OperationKind.DELETE,
            id,
            progress -> {
              storage.deleteSnapshot().delete(id, progress);
              return "deleted";
            });
    assertThat(done).isEqualTo("deleted");
  }

  /** Time in which an operation whose key says so waits until the test goes on. */
  private final class Held implements TimeSource {
    @Override
    public long now() {
      return time.now();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      if (Thread.currentThread().getName().contains("hold")) {
        waiting.countDown();
        gate.await();
      }
      time.sleep(duration);
    }
  }
}
