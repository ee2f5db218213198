package cn.ucloud.csi.udisk.it.bench;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import csi.v1.CapacityRange;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.ListVolumesResponse;
import csi.v1.Snapshot;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import csi.v1.VolumeContentSource;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What sidecars do with a volume, with the chart's settings: so many workers each, who are free
 * while a volume waits for another try, which comes later each time.
 */
record VolumeLife(CsiSocket socket, Semaphore provisioner, Semaphore attacher) {
  /** sidecars.provisioner.workers and sidecars.attacher.workers. */
  private static final int WORKERS = 100;

  static final VolumeCapability EXT4 =
      VolumeCapability.newBuilder()
          .setMount(MountVolume.newBuilder().setFsType("ext4"))
          .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
          .build();
  static final VolumeCapability RAW =
      VolumeCapability.newBuilder()
          .setBlock(BlockVolume.getDefaultInstance())
          .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
          .build();

  /** sidecars.provisioner.timeout and sidecars.attacher.timeout. */
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  /** The sidecars' own start of their back-off, and the attacher's retryIntervalMax. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final long PATIENCE = Duration.ofMinutes(20).toNanos();

  VolumeLife(CsiSocket socket) {
    this(socket, new Semaphore(WORKERS, true), new Semaphore(WORKERS, true));
  }

  Volume create(String name) {
    CreateVolumeRequest request = request(name).build();
    return call(provisioner, stub -> stub.createVolume(request)).getVolume();
  }

  /** A volume with the content of {@code source}. */
  Volume copy(String name, VolumeContentSource source) {
    CreateVolumeRequest request = request(name).setVolumeContentSource(source).build();
    return call(provisioner, stub -> stub.createVolume(request)).getVolume();
  }

  /** Asks for a snapshot until it can be used, as the snapshotter does. */
  String snapshot(String name, String volume) {
    CreateSnapshotRequest request =
        CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volume).build();
    while (true) {
      Snapshot snapshot = call(provisioner, stub -> stub.createSnapshot(request)).getSnapshot();
      if (snapshot.getReadyToUse()) {
        return snapshot.getSnapshotId();
      }
      pause(FIRST_PAUSE);
    }
  }

  private static CreateVolumeRequest.Builder request(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(10L << 30))
        .addVolumeCapabilities(EXT4)
        .putParameters("type", "ssd")
        .setAccessibilityRequirements(
            TopologyRequirement.newBuilder()
                .addPreferred(
                    Topology.newBuilder()
                        .putAllSegments(
                            Map.of(
                                "topology.udisk.csi.ucloud.cn/region", BenchRegion.REGION,
                                "topology.udisk.csi.ucloud.cn/zone", BenchRegion.ZONE))));
  }

  Map<String, String> attach(String volume, String host) {
    ControllerPublishVolumeRequest request =
        ControllerPublishVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setNodeId(host)
            .setVolumeCapability(EXT4)
            .build();
    return call(attacher, stub -> stub.controllerPublishVolume(request)).getPublishContextMap();
  }

  void detach(String volume, String host) {
    ControllerUnpublishVolumeRequest request =
        ControllerUnpublishVolumeRequest.newBuilder().setVolumeId(volume).setNodeId(host).build();
    var _ = call(attacher, stub -> stub.controllerUnpublishVolume(request));
  }

  void delete(String volume) {
    DeleteVolumeRequest request = DeleteVolumeRequest.newBuilder().setVolumeId(volume).build();
    var _ = call(provisioner, stub -> stub.deleteVolume(request));
  }

  ListVolumesResponse list(String token, int most) {
    ListVolumesRequest request =
        ListVolumesRequest.newBuilder().setStartingToken(token).setMaxEntries(most).build();
    return call(attacher, stub -> stub.listVolumes(request));
  }

  private <T> T call(Semaphore workers, Function<ControllerBlockingStub, T> rpc) {
    long start = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    while (true) {
      workers.acquireUninterruptibly();
      try {
        return socket.call(ControllerGrpc::newBlockingStub, DEADLINE, rpc);
      } catch (StatusRuntimeException e) {
        boolean mayBeRunning =
            switch (e.getStatus().getCode()) {
              case ABORTED, DEADLINE_EXCEEDED, UNAVAILABLE -> true;
              default -> false;
            };
        if (!mayBeRunning || System.nanoTime() - start > PATIENCE) {
          throw e;
        }
      } finally {
        workers.release();
      }
      pause(pause);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
  }

  private static void pause(Duration duration) {
    try {
      TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
