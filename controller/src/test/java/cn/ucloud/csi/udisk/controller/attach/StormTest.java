package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.concurrent.Waits;
import cn.ucloud.csi.udisk.common.error.DriverException;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskTerms;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.Storage;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeSnapshotApi;
import cn.ucloud.csi.udisk.controller.fixture.StormCloud;
import cn.ucloud.csi.udisk.controller.fixture.StormTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import cn.ucloud.csi.udisk.controller.model.Capacity;
import cn.ucloud.csi.udisk.controller.model.DeletionRule;
import cn.ucloud.csi.udisk.controller.model.DiskName;
import cn.ucloud.csi.udisk.controller.model.DiskPlan;
import cn.ucloud.csi.udisk.controller.model.VolumeSpec;
import cn.ucloud.csi.udisk.controller.polling.Timing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As many calls at once as the chart's sidecars have workers, in time that nothing makes late. */
@Timeout(300)
class StormTest {
  /** sidecars.attacher.workers and sidecars.provisioner.workers of the chart. */
  private static final int WORKERS = 100;

  private final StormTime time = new StormTime();

  @ParameterizedTest
  @CsvSource({"400, 20, 600, 1.2", "400, 20, 10000, 1.5", "100, 5, 10000, 1.25"})
  void aStormOfAttachesUsesWhatIsPermittedAndReadsLittleMoreThanOnceForEach(
      int volumes, int hosts, int foreign, double reads) {
    StormCloud cloud = new StormCloud(time, foreign);
    List<Integer> numbers = IntStream.range(0, volumes).boxed().toList();
    numbers.forEach(i -> cloud.put("bsm-" + i));
    Volumes driver = driver(cloud);
    work(
        numbers,
        i -> {
          var _ =
              driver.attach(
                  new VolumeId("bsm-" + i), new NodeId("uhost-" + i % hosts), Progress.unwatched());
        });
    assertThat(cloud.ours()).allMatch(disk -> disk.deviceName().isPresent());
    assertThat(cloud.changes).hasSize(volumes);
    assertThat(cloud.changesPerSecond())
        .isGreaterThanOrEqualTo(0.9 * StormCloud.CHANGES_PER_SECOND);
    assertThat((double) cloud.reads.size() / volumes).isLessThanOrEqualTo(reads);
  }

  @Test
  void aListThatTheAttacherHasAskedForSparesTheFirstReadOfEachDisk() {
    StormCloud cloud = new StormCloud(time, 10_000);
    List<Integer> numbers = IntStream.range(0, 400).boxed().toList();
    numbers.forEach(i -> cloud.put("bsm-" + i));
    Volumes driver = driver(cloud);
    time.run(List.of(() -> assertThat(driver.all()).hasSize(10_400)));
    int listed = cloud.reads.size();
    work(
        numbers,
        i -> {
          var _ =
              driver.attach(
                  new VolumeId("bsm-" + i), new NodeId("uhost-" + i % 20), Progress.unwatched());
        });
    assertThat(cloud.ours()).allMatch(disk -> disk.deviceName().isPresent());
    assertThat(cloud.changes).hasSize(400);
    assertThat(cloud.changesPerSecond())
        .isGreaterThanOrEqualTo(0.9 * StormCloud.CHANGES_PER_SECOND);
    assertThat((cloud.reads.size() - listed) / 400.0).isLessThanOrEqualTo(0.6);
  }

  @Test
  void aDiskThatWasTakenSinceItWasListedIsRefusedAndThenNamed() {
    StormCloud cloud = new StormCloud(time, 0);
    List<Integer> numbers = IntStream.range(0, WORKERS).boxed().toList();
    numbers.forEach(i -> cloud.put("bsm-" + i));
    Volumes driver = driver(cloud);
    time.run(List.of(() -> assertThat(driver.all()).hasSize(WORKERS)));
    cloud.put("bsm-99", "uhost-taken");
    List<DriverException> answers = Collections.synchronizedList(new ArrayList<>());
    work(
        numbers,
        i -> {
          for (int call = 0; call < 2; call++) {
            try {
              var _ =
                  driver.attach(
                      new VolumeId("bsm-" + i),
                      new NodeId("uhost-" + i % 20),
                      Progress.unwatched());
            } catch (DriverException e) {
              answers.add(e);
            }
          }
        });
    assertThat(answers)
        .satisfiesExactly(
            first -> assertThat(first).isInstanceOf(DriverException.Uncertain.class),
            second -> assertThat(second).isInstanceOf(AttachedElsewhere.class));
    assertThat(answers.getLast()).hasMessageContaining("uhost-taken");
    assertThat(cloud.changes).hasSize(WORKERS);
  }

  @Test
  void oldClaimsOfAYoungProcessAreLookedForSeldom() {
    StormCloud cloud = new StormCloud(time, 10_000);
    Volumes driver = driver(cloud);
    List<Integer> numbers = IntStream.range(0, WORKERS).boxed().toList();
    long start = time.now();
    work(
        numbers,
        i -> {
          var _ = driver.create(spec("pvc-" + i), Progress.unwatched());
        });
    assertThat(cloud.ours()).hasSize(WORKERS);
    double settled = (double) (Collections.min(cloud.changes) - start) / 1e9;
    double seconds = (double) (Collections.max(cloud.changes) - start) / 1e9;
    double looks = cloud.calls("pages") + cloud.calls("by name");
    assertThat(settled).isGreaterThanOrEqualTo((double) FakeCloud.SETTLE.toSeconds());
    assertThat(looks / seconds).isLessThanOrEqualTo(3);
  }

  /** It was 176 seconds in place of 16. */
  @Test
  void oneForeignDiskThatCannotBeReadMakesNoCreateSlower() {
    Creates clean = creates(Set.of());
    Creates odd = creates(Set.of("bsm-foreign-5000"));
    assertThat(odd.seconds).isLessThanOrEqualTo(1.1 * clean.seconds);
    assertThat(odd.reads).isLessThanOrEqualTo(1.1 * clean.reads);
  }

  /** What a hundred creates at once took among ten thousand disks of others. */
  private record Creates(double seconds, double reads) {}

  private Creates creates(Set<String> unreadable) {
    StormCloud cloud = new StormCloud(time, 10_000);
    cloud.region.odd.addAll(unreadable);
    Volumes driver = driver(cloud);
    Waits.sleep(time, FakeCloud.SETTLE); // by then nothing of an earlier process can still come
    long start = time.now();
    work(
        IntStream.range(0, WORKERS).boxed().toList(),
        i -> {
          var _ = driver.create(spec("pvc-" + i), Progress.unwatched());
        });
    assertThat(cloud.ours()).hasSize(WORKERS);
    return new Creates((double) (time.now() - start) / 1e9, cloud.reads.size());
  }

  /** Each worker takes the next as soon as it has done one. */
  private void work(List<Integer> numbers, Consumer<Integer> one) {
    Queue<Integer> queue = new ConcurrentLinkedQueue<>(numbers);
    List<Runnable> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      workers.add(() -> {
        for (Integer next = queue.poll(); next != null; next = queue.poll()) {
          one.accept(next);
        }
      });
    }
    time.run(workers);
  }

  private Volumes driver(StormCloud cloud) {
    return new Volumes(
        Storage.of(
            cloud,
            new FakeSnapshotApi(cloud.region),
            ClusterView.none(),
            Timing.withSettle(FakeCloud.SETTLE),
            DeletionRule.KEEP_WITH_SNAPSHOTS,
            time,
            Runnable::run));
  }

  private static VolumeSpec spec(String name) {
    DiskSize size = DiskSize.ofGib(10);
    return new VolumeSpec(
        DiskName.of(name, "uk8s-x"),
        new Capacity(size, size.bytes(), Optional.empty()),
        new DiskPlan(List.of(DiskType.SSD), DiskTerms.PLAIN, Optional.empty()),
        List.of(FakeDiskApi.ZONE),
        Optional.empty());
  }
}
