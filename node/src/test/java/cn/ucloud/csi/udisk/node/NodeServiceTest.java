package cn.ucloud.csi.udisk.node;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.common.concurrent.Operations;
import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.grpc.GrpcCaller;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.Topology;
import cn.ucloud.csi.udisk.node.fixture.Disk;
import cn.ucloud.csi.udisk.node.fixture.LoopHost;
import cn.ucloud.csi.udisk.node.fixture.TestNode;
import cn.ucloud.csi.udisk.node.info.KubeletVolumes;
import cn.ucloud.csi.udisk.node.info.NodeInfo;
import cn.ucloud.csi.udisk.node.info.NodeInfoSource;
import cn.ucloud.csi.udisk.node.info.VolumeLimit;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeServiceCapability.RPC;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The calls as kubelet makes them, each of them often and at once. */
final class NodeServiceTest {
  private static final NodeInfoSource UHOST =
      () ->
          new NodeInfo(
              new NodeId("uhost-a"), new Topology("cn-bj2", "cn-bj2-04"), List.of(), List.of());

  @RegisterExtension final LoopHost host = new LoopHost();

  private NodeService service(NodeInfoSource info) {
    return service(info, new TestNode(host));
  }

  private NodeService service(NodeInfoSource info, TestNode node) {
    Operations operations =
        new Operations(
            Duration.ofMinutes(1),
            GrpcCaller::new,
            Permission.always(),
            (_, _, _) -> {},
            () -> Thread.ofPlatform().daemon());
    return new NodeService(
        new VolumeLimit(20, new KubeletVolumes(host.kubelet(), "d")),
        info,
        operations,
        node.stager(),
        node.restaging(),
        node.publisher(),
        node.expander(),
        node.stats(),
        node.health(System::nanoTime));
  }

  private NodeService service() {
    return service(UHOST);
  }

  /** The answer to a call, or the status it failed with. */
  private record Answer<T>(Code code, CompletableFuture<T> value) {}

  private static <Q, T> Answer<T> call(BiConsumer<Q, StreamObserver<T>> rpc, Q request) {
    CompletableFuture<T> value = new CompletableFuture<>();
    CompletableFuture<Code> code = new CompletableFuture<>();
    rpc.accept(
        request,
        new StreamObserver<>() {
          @Override
          public void onNext(T response) {
            value.complete(response);
          }

          @Override
          public void onError(Throwable failure) {
            code.complete(Status.fromThrowable(failure).getCode());
          }

          @Override
          public void onCompleted() {
            code.complete(Code.OK);
          }
        });
    return new Answer<>(code.join(), value);
  }

  /** Makes the same call four times at once. */
  private static <Q, T> List<Code> often(BiConsumer<Q, StreamObserver<T>> rpc, Q request)
      throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer<T>>> answers =
          IntStream.range(0, 4).mapToObj(_ -> threads.submit(() -> call(rpc, request))).toList();
      List<Code> codes = new ArrayList<>();
      for (Future<Answer<T>> answer : answers) {
        codes.add(answer.get().code());
      }
      return codes;
    }
  }

  private static VolumeCapability capability() {
    VolumeCapability.Builder builder = VolumeCapability.newBuilder();
    builder.getMountBuilder().setFsType("ext4");
    builder.getAccessModeBuilder().setMode(Mode.SINGLE_NODE_MULTI_WRITER);
    return builder.build();
  }

  private NodeStageVolumeRequest stageRequest() {
    return NodeStageVolumeRequest.newBuilder()
        .setVolumeId("bsm-test")
        .setStagingTargetPath(host.staging("v").toString())
        .setVolumeCapability(capability())
        .putPublishContext("deviceName", "vdb")
        .putPublishContext("sizeGiB", "1")
        .build();
  }

  @Test
  void d6n35EveryCallFourTimesAtOnceLeavesWhatOneCallLeaves() throws Exception {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    NodeService service = service();
    Path target = host.target("p");

    assertThat(often(service::nodeStageVolume, stageRequest())).containsOnly(Code.OK);
    assertThat(host.mounts()).hasSize(1);
    NodePublishVolumeRequest publish =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId("bsm-test")
            .setStagingTargetPath(host.staging("v").toString())
            .setTargetPath(target.toString())
            .setVolumeCapability(capability())
            .setReadonly(true)
            .build();
    assertThat(often(service::nodePublishVolume, publish)).containsOnly(Code.OK);
    assertThat(host.mounts()).hasSize(2).contains("kubelet/pods/p/mount " + disk.number() + " ro");
    NodeUnpublishVolumeRequest unpublish =
        NodeUnpublishVolumeRequest.newBuilder()
            .setVolumeId("bsm-test")
            .setTargetPath(target.toString())
            .build();
    assertThat(often(service::nodeUnpublishVolume, unpublish)).containsOnly(Code.OK);
    assertThat(Files.exists(target)).isFalse();
    NodeUnstageVolumeRequest unstage =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId("bsm-test")
            .setStagingTargetPath(host.staging("v").toString())
            .build();
    assertThat(often(service::nodeUnstageVolume, unstage)).containsOnly(Code.OK);
    assertThat(host.mounts()).isEmpty();
  }

  private NodePublishVolumeRequest publishRequest(Path target) {
    return NodePublishVolumeRequest.newBuilder()
        .setVolumeId("bsm-test")
        .setStagingTargetPath(host.staging("v").toString())
        .setTargetPath(target.toString())
        .setVolumeCapability(capability())
        .build();
  }

  private NodeUnpublishVolumeRequest unpublishRequest(Path target) {
    return NodeUnpublishVolumeRequest.newBuilder()
        .setVolumeId("bsm-test")
        .setTargetPath(target.toString())
        .build();
  }

  private NodeUnstageVolumeRequest unstageRequest() {
    return NodeUnstageVolumeRequest.newBuilder()
        .setVolumeId("bsm-test")
        .setStagingTargetPath(host.staging("v").toString())
        .build();
  }

  @Test
  void d6n34UnstageOfAStagingThatStillWaitsForItsDeviceEndsClean() throws Exception {
    NodeService service = service(UHOST, new TestNode(host, Duration.ofSeconds(30)));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Code> staged =
          threads.submit(() -> call(service::nodeStageVolume, stageRequest()).code());
      Code unstaged = Code.ABORTED;
      while (unstaged == Code.ABORTED) {
        unstaged = call(service::nodeUnstageVolume, unstageRequest()).code();
      }
      assertThat(unstaged).isEqualTo(Code.OK);
      host.attach(host.disk(LoopHost.GIB), "vdb", "vdb");
      assertThat(staged.get()).isIn(Code.ABORTED, Code.UNAVAILABLE, Code.OK);
    }
    assertThat(call(service::nodeUnstageVolume, unstageRequest()).code()).isEqualTo(Code.OK);
    assertThat(host.mounts()).isEmpty();
  }

  /** Whatever came before, in whatever order and at once, the right calls lead to the right end. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void d6n35CallsInAnyOrderLeaveWhatOneCallLeaves(long seed) throws Exception {
    Disk disk = host.disk(LoopHost.GIB);
    host.attach(disk, "vdb", "vdb");
    NodeService service = service();
    Path target = host.target("p");
    List<Callable<Code>> calls =
        List.of(
            () -> call(service::nodeStageVolume, stageRequest()).code(),
            () -> call(service::nodePublishVolume, publishRequest(target)).code(),
            () -> call(service::nodeUnpublishVolume, unpublishRequest(target)).code(),
            () -> call(service::nodeUnstageVolume, unstageRequest()).code());
    Random random = new Random(seed);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 8; round++) {
        List<Callable<Code>> atOnce =
            random.ints(3, 0, calls.size()).<Callable<Code>>mapToObj(calls::get).toList();
        for (Future<Code> code : threads.invokeAll(atOnce)) {
          assertThat(code.get())
              .isIn(Code.OK, Code.ABORTED, Code.UNAVAILABLE, Code.FAILED_PRECONDITION);
        }
        assertThat(host.mounts()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(2);
      }
    }
    assertThat(call(service::nodeStageVolume, stageRequest()).code()).isEqualTo(Code.OK);
    assertThat(call(service::nodePublishVolume, publishRequest(target)).code()).isEqualTo(Code.OK);
    assertThat(host.mounts())
        .containsExactlyInAnyOrder(
            "kubelet/plugins/v/globalmount " + disk.number() + " rw",
            "kubelet/pods/p/mount " + disk.number() + " rw");
    assertThat(call(service::nodeUnpublishVolume, unpublishRequest(target)).code())
        .isEqualTo(Code.OK);
    assertThat(call(service::nodeUnstageVolume, unstageRequest()).code()).isEqualTo(Code.OK);
    assertThat(host.mounts()).isEmpty();
    assertThat(target).doesNotExist();
  }

  /** ext4, xfs and btrfs have no mount option for a group, so kubelet has to be told that. */
  @Test
  void d6n39MountGroupIsNeitherAnnouncedNorAccepted() {
    NodeService service = service();
    assertThat(
            call(service::nodeGetCapabilities, NodeGetCapabilitiesRequest.getDefaultInstance())
                .value()
                .join()
                .getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .doesNotContain(RPC.Type.VOLUME_MOUNT_GROUP);
    NodeStageVolumeRequest.Builder request = stageRequest().toBuilder();
    request.getVolumeCapabilityBuilder().getMountBuilder().setVolumeMountGroup("1000");
    assertThat(call(service::nodeStageVolume, request.build()).code())
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void codesAreThoseOfTheSpecification() {
    NodeService service = service();
    assertThat(call(service::nodeStageVolume, NodeStageVolumeRequest.getDefaultInstance()).code())
        .isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(call(service::nodeStageVolume, stageRequest()).code()).isEqualTo(Code.UNAVAILABLE);
    NodePublishVolumeRequest unstaged =
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId("bsm-test")
            .setTargetPath(host.target("p").toString())
            .setVolumeCapability(capability())
            .build();
    assertThat(call(service::nodePublishVolume, unstaged).code())
        .isEqualTo(Code.FAILED_PRECONDITION);
  }

  @Test
  void nodeSaysWhatItIs() {
    NodeGetInfoResponse info =
        call(service()::nodeGetInfo, NodeGetInfoRequest.getDefaultInstance()).value().join();
    assertThat(info.getNodeId()).isEqualTo("uhost-a");
    assertThat(info.getMaxVolumesPerNode()).isEqualTo(20);
    assertThat(info.getAccessibleTopology().getSegmentsMap())
        .isEqualTo(new Topology("cn-bj2", "cn-bj2-04").segments());
  }

  @Test
  void nodeWithoutMetadataIsUnavailable() {
    NodeService service =
        service(() -> {
          throw new Unavailable("the metadata server is down");
        });
    assertThat(call(service::nodeGetInfo, NodeGetInfoRequest.getDefaultInstance()).code())
        .isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void capabilitiesAreAnnounced() {
    assertThat(
            call(service()::nodeGetCapabilities, NodeGetCapabilitiesRequest.getDefaultInstance())
                .value()
                .join()
                .getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .containsExactly(
            RPC.Type.STAGE_UNSTAGE_VOLUME,
            RPC.Type.EXPAND_VOLUME,
            RPC.Type.GET_VOLUME_STATS,
            RPC.Type.GET_VOLUME_HEALTH,
            RPC.Type.SINGLE_NODE_MULTI_WRITER);
  }
}
