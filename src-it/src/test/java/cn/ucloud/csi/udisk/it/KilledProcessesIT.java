package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.createRequest;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.it.ProcessKiller.Moment;
import cn.ucloud.csi.udisk.it.suite.Seed;
import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.Snapshot;
import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.VolumeContentSource;
import csi.v1.VolumeContentSource.SnapshotSource;
import csi.v1.VolumeContentSource.VolumeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real controller is killed, as kill -9 does, in every RPC that changes something, and started
 * again; the caller repeats. In four lives of a volume, its snapshot and its copies each RPC meets
 * each moment of death; the seed says which in which life. Nothing is made twice, nothing is left.
 */
class KilledProcessesIT {
  private static final Moment[] MOMENTS = Moment.values();
  private static final int LIVES = 4;

  /** The whole region works this fast, and shows it this late. */
  private static final Duration STEP = Duration.ofMillis(50);

  private static final Duration LAG = Duration.ofMillis(200);

  /**
   * Longer than the next process takes, on a busy machine, from its start to its first question.
   */
  private static final String SETTLE = "5s";

  @TempDir private static Path directory;
  private static Sandbox sandbox;
  private static ControllerCalls calls;
  private static ProcessKiller executioner;

  private int life;

  /** Counts the calls of one life. */
  private int rpc;

  @BeforeAll
  static void start() {
    sandbox = new Sandbox(directory, STEP, LAG).with("--create-settle", SETTLE).startController();
    calls = sandbox.calls();
    executioner = new ProcessKiller(sandbox);
  }

  @AfterEach
  void everyFaultHasStruck() {
    assertThat(sandbox.simulator().faults().remaining()).isEmpty();
  }

  @AfterAll
  static void stop() {
    executioner.close();
    sandbox.close();
  }

  @RepeatedTest(LIVES)
  void killedAtEveryBoundaryOfEveryChangingRpcNothingIsMadeTwiceOrLeft(RepetitionInfo repetition) {
    try {
      live(repetition.getCurrentRepetition());
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "life %d: %s".formatted(repetition.getCurrentRepetition(), Seed.remedy()), e);
    }
  }

  private void live(int number) {
    life = number;
    rpc = 0;
    String name = "pvc-" + life;
    String volume = create("CreateUDisk", createRequest(name));
    expand("ResizeUDisk", volume, 20);
    publish(volume, "uhost-a");
    for (String order :
        List.of("CreateUDiskSnapshot", "CloneUDiskSnapshot", "DeleteUDiskSnapshot")) {
      cloneInUse(order, volume);
    }
    expand("ResizeAttachedDisk", volume, 30);
    String snapshot = snapshot("snapshot-" + life, volume);
    unpublish(volume, "uhost-a");
    String clone =
        create(
            "CloneUDisk",
            createRequest("pvc-clone-" + life)
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setVolume(VolumeSource.newBuilder().setVolumeId(volume))));
    String restored =
        create(
            "CloneUDiskSnapshot",
            createRequest("pvc-restored-" + life)
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setSnapshot(SnapshotSource.newBuilder().setSnapshotId(snapshot))));
    deleteSnapshot(snapshot);
    delete(volume);
    untilCertain(() -> calls.delete(clone));
    untilCertain(() -> calls.delete(restored));
    assertThat(sandbox.disks()).as("leaked disks").isEmpty();
    assertThat(snapshots()).as("leaked snapshots").isEmpty();
  }

  /** Dies at the moment whose turn it is in this RPC, and repeats until it is done. */
  private <T> T survive(String order, Supplier<T> call) {
    int first = Seed.dice(rpc++).nextInt(MOMENTS.length);
    Moment moment = MOMENTS[(first + life) % MOMENTS.length];
    try {
      return executioner.repeatAfterDeath(order, moment, call);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("%s, %s".formatted(order, moment), e);
    }
  }

  private String create(String order, CreateVolumeRequest.Builder request) {
    String id = survive(order, () -> calls.create(request.build())).getVolumeId();
    assertThat(sandbox.disksNamed(request.getName()))
        .singleElement()
        .extracting(Disk::id)
        .isEqualTo(id);
    return id;
  }

  /** Dies while it makes, of a volume in use, a clone of which nothing else is left. */
  private void cloneInUse(String order, String volume) {
    String clone =
        create(
            order,
            createRequest("pvc-twin-%s-%d".formatted(order, life))
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setVolume(VolumeSource.newBuilder().setVolumeId(volume))));
    assertThat(snapshots()).as("snapshots of a clone").isEmpty();
    assertThat(hosts(volume)).containsExactly("uhost-a");
    untilCertain(() -> calls.delete(clone));
  }

  private void publish(String volume, String host) {
    var _ = survive("AttachUDisk", () -> calls.publish(volume, host));
    assertThat(hosts(volume)).containsExactly(host);
  }

  private void unpublish(String volume, String host) {
    survive(
        "DetachUDisk",
        () -> {
          calls.unpublish(volume, host);
          return volume;
        });
    assertThat(hosts(volume)).isEmpty();
  }

  /** All that have it. */
  private static List<String> hosts(String volume) {
    return sandbox.simulator().state().attachments().stream()
        .filter(attachment -> attachment.diskId().equals(volume))
        .map(attachment -> attachment.hostId())
        .toList();
  }

  private void expand(String order, String volume, int gib) {
    ControllerExpandVolumeRequest request =
        ControllerExpandVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(gib * GIB))
            .build();
    var _ = survive(order, () -> calls.call(stub -> stub.controllerExpandVolume(request)));
    assertThat(sandbox.simulator().console().disk(volume).order().sizeGb()).isEqualTo(gib);
  }

  private String snapshot(String name, String volume) {
    CreateSnapshotRequest request =
        CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volume).build();
    Supplier<csi.v1.Snapshot> call =
        () -> calls.call(stub -> stub.createSnapshot(request)).getSnapshot();
    String id = survive("CreateUDiskSnapshot", call).getSnapshotId();
    await().until(() -> untilCertain(call).getReadyToUse());
    assertThat(snapshots()).containsExactly(id);
    return id;
  }

  private static List<String> snapshots() {
    return sandbox.simulator().state().snapshots().stream().map(Snapshot::id).toList();
  }

  private void deleteSnapshot(String snapshot) {
    DeleteSnapshotRequest request =
        DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot).build();
    var _ = survive("DeleteUDiskSnapshot", () -> calls.call(stub -> stub.deleteSnapshot(request)));
    assertThat(snapshots()).isEmpty();
  }

  private void delete(String volume) {
    survive(
        "DeleteUDisk",
        () -> {
          calls.delete(volume);
          return volume;
        });
    assertThat(sandbox.disks()).extracting(Disk::id).doesNotContain(volume);
  }
}
