package cn.ucloud.csi.udisk.it;

import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import csi.v1.CapacityRange;
import csi.v1.ControllerGrpc;
import csi.v1.ControllerGrpc.ControllerBlockingStub;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode;
import csi.v1.VolumeCapability.MountVolume;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls of the Controller service, one connection each. */
final class ControllerCalls {
  static final long GIB = 1L << 30;
  static final VolumeCapability EXT4 =
      VolumeCapability.newBuilder()
          .setMount(MountVolume.newBuilder().setFsType("ext4"))
          .setAccessMode(AccessMode.newBuilder().setMode(AccessMode.Mode.SINGLE_NODE_WRITER))
          .build();

  private final CsiSocket socket;
  private final Duration timeout;

  ControllerCalls(CsiSocket socket) {
    this(socket, Duration.ofSeconds(30));
  }

  private ControllerCalls(CsiSocket socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  ControllerCalls within(Duration newTimeout) {
    return new ControllerCalls(socket, newTimeout);
  }

  /** A request for an empty 10 GiB SSD disk in {@link Sandbox#ZONE}. */
  static CreateVolumeRequest.Builder createRequest(String name) {
    return CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(10 * GIB))
        .addVolumeCapabilities(EXT4)
        .putParameters("type", "ssd")
        .setAccessibilityRequirements(
            TopologyRequirement.newBuilder()
                .addPreferred(
                    Topology.newBuilder()
                        .putAllSegments(
                            Map.of(
                                "topology.udisk.csi.ucloud.cn/region", Sandbox.REGION,
                                "topology.udisk.csi.ucloud.cn/zone", Sandbox.ZONE))));
  }

  Volume create(String name) {
    return create(createRequest(name).build());
  }

  Volume create(CreateVolumeRequest request) {
    return call(stub -> stub.createVolume(request)).getVolume();
  }

  Map<String, String> publish(String volume, String node) {
    return call(stub ->
            stub.controllerPublishVolume(
                ControllerPublishVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setNodeId(node)
                    .setVolumeCapability(EXT4)
                    .build()))
        .getPublishContextMap();
  }

  void unpublish(String volume, String node) {
    var _ =
        call(stub ->
            stub.controllerUnpublishVolume(
                ControllerUnpublishVolumeRequest.newBuilder()
                    .setVolumeId(volume)
                    .setNodeId(node)
                    .build()));
  }

  void delete(String volume) {
    var _ =
        call(stub ->
            stub.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(volume).build()));
  }

  <T> T call(Function<ControllerBlockingStub, T> rpc) {
    return socket.call(ControllerGrpc::newBlockingStub, timeout, rpc);
  }

  /** Repeats a call for as long as its code says that it may still be running. */
  static <T> T untilCertain(Supplier<T> call) {
    return await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> ifCertain(call), Optional::isPresent)
        .orElseThrow();
  }

  private static <T> Optional<T> ifCertain(Supplier<T> call) {
    try {
      return Optional.of(call.get());
    } catch (StatusRuntimeException e) {
      if (!isUncertain(e.getStatus().getCode())) {
        throw e;
      }
      return Optional.empty();
    }
  }

  static void untilCertain(Runnable call) {
    boolean _ =
        untilCertain(() -> {
          call.run();
          return true;
        });
  }

  static boolean isUncertain(Code code) {
    return switch (code) {
      case ABORTED, DEADLINE_EXCEEDED, UNAVAILABLE, CANCELLED -> true;
      default -> false;
    };
  }
}
