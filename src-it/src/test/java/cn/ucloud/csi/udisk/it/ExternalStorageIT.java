package cn.ucloud.csi.udisk.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.identity.IdentityService;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.controller.request.CreateVolumeCommand;
import com.fasterxml.jackson.databind.JsonNode;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerServiceCapability;
import csi.v1.CreateVolumeRequest;
import csi.v1.GetPluginCapabilitiesRequest;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGetCapabilitiesRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeServiceCapability;
import csi.v1.PluginCapability;
import csi.v1.VolumeCapability.AccessMode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/e2e} says of the driver is what the driver says of itself. */
class ExternalStorageIT {
  @TempDir private static Path directory;
  private static Sandbox sandbox;
  private static NodeCalls node;

  private final ExternalStorage.DriverInfo told = ExternalStorage.read().driverInfo();

  @BeforeAll
  static void start() {
    sandbox = new Sandbox(directory, Duration.ZERO, Duration.ZERO).startController();
    node = new NodeCalls(sandbox.startNode("node", "uhost-a", Map.of()).socket());
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void whatTheControllerCan() {
    Set<ControllerServiceCapability.RPC.Type> rpcs =
        sandbox
            .calls()
            .call(stub ->
                stub.controllerGetCapabilities(
                    ControllerGetCapabilitiesRequest.getDefaultInstance()))
            .getCapabilitiesList()
            .stream()
            .map(capability -> capability.getRpc().getType())
            .collect(Collectors.toSet());
    Map<String, ControllerServiceCapability.RPC.Type> words =
        Map.of(
            "controllerExpansion", ControllerServiceCapability.RPC.Type.EXPAND_VOLUME,
            "snapshotDataSource", ControllerServiceCapability.RPC.Type.CREATE_DELETE_SNAPSHOT,
            "pvcDataSource", ControllerServiceCapability.RPC.Type.CLONE_VOLUME,
            "capacity", ControllerServiceCapability.RPC.Type.GET_CAPACITY,
            "readWriteOncePod", ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER);
    words.forEach((word, rpc) -> assertThat(told.can(word)).as(word).isEqualTo(rpcs.contains(rpc)));
  }

  @Test
  void whatTheNodeCan() {
    Set<NodeServiceCapability.RPC.Type> rpcs =
        node
            .call(stub -> stub.nodeGetCapabilities(NodeGetCapabilitiesRequest.getDefaultInstance()))
            .getCapabilitiesList()
            .stream()
            .map(capability -> capability.getRpc().getType())
            .collect(Collectors.toSet());
    assertThat(told.can("nodeExpansion"))
        .isEqualTo(rpcs.contains(NodeServiceCapability.RPC.Type.EXPAND_VOLUME));
    assertThat(told.can("volumeMountGroup"))
        .isEqualTo(rpcs.contains(NodeServiceCapability.RPC.Type.VOLUME_MOUNT_GROUP));
  }

  @Test
  void whatTheDriverCanAsAWhole() {
    List<PluginCapability> all =
        sandbox
            .socket()
            .call(
                IdentityGrpc::newBlockingStub,
                Duration.ofSeconds(10),
                stub ->
                    stub.getPluginCapabilities(GetPluginCapabilitiesRequest.getDefaultInstance()))
            .getCapabilitiesList();
    Set<PluginCapability.Service.Type> services =
        all.stream().map(one -> one.getService().getType()).collect(Collectors.toSet());
    assertThat(told.can("topology"))
        .isEqualTo(
            services.contains(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS));
    assertThat(told.can("groupSnapshot"))
        .isEqualTo(services.contains(PluginCapability.Service.Type.GROUP_CONTROLLER_SERVICE));
    assertThat(told.can("snapshotMetadata"))
        .isEqualTo(services.contains(PluginCapability.Service.Type.SNAPSHOT_METADATA_SERVICE));
    Set<PluginCapability.VolumeExpansion.Type> growth =
        all.stream().map(one -> one.getVolumeExpansion().getType()).collect(Collectors.toSet());
    boolean online = growth.contains(PluginCapability.VolumeExpansion.Type.ONLINE);
    assertThat(told.can("onlineExpansion")).isEqualTo(online);
    assertThat(told.can("offlineExpansion"))
        .isEqualTo(online || growth.contains(PluginCapability.VolumeExpansion.Type.OFFLINE));
  }

  /** A node may have more: whether it takes RSSD disks. */
  @Test
  void whereItsVolumesCanBe() {
    assertThat(
            node.call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance()))
                .getAccessibleTopology()
                .getSegmentsMap())
        .containsKeys(told.topologyKeys().toArray(String[]::new));
  }

  @Test
  void whatKubernetesIsToldOfIt() {
    JsonNode driver = Chart.onNewest().find("CSIDriver", IdentityService.DRIVER_NAME).path("spec");
    assertThat(told.name()).isEqualTo(IdentityService.DRIVER_NAME);
    assertThat(told.can("seLinuxMount")).isEqualTo(driver.path("seLinuxMount").asBoolean());
    assertThat(told.can("fsGroup"))
        .isNotEqualTo(driver.path("fsGroupPolicy").asText().equals("None"));
    assertThat(told.filesystems())
        .containsOnlyKeys(
            Stream.concat(
                    Stream.of(""),
                    Arrays.stream(FilesystemType.values()).map(FilesystemType::toString))
                .toArray(String[]::new));
  }

  @Test
  void whoMayHaveAVolume() {
    assertThat(told.can("RWX")).isEqualTo(allows(AccessMode.Mode.MULTI_NODE_MULTI_WRITER));
    assertThat(told.can("capReadOnlyMany"))
        .isEqualTo(allows(AccessMode.Mode.MULTI_NODE_READER_ONLY));
    assertThat(told.can("multipods")).isEqualTo(allows(AccessMode.Mode.SINGLE_NODE_MULTI_WRITER));
  }

  private static boolean allows(AccessMode.Mode mode) {
    CreateVolumeRequest.Builder request = request(10);
    request.getVolumeCapabilitiesBuilder(0).getAccessModeBuilder().setMode(mode);
    try {
      var _ = CreateVolumeCommand.from(request.build(), "cn-bj2", "uk8s-x");
      return true;
    } catch (InvalidRequest e) {
      return false;
    }
  }

  @Test
  void howLargeAVolumeCanBe() {
    long smallest = gib(told.sizes().min());
    long largest = gib(told.sizes().max());
    assertThat(made(1)).isEqualTo(smallest);
    assertThat(made(largest)).isEqualTo(largest);
    assertThatThrownBy(() -> made(largest + 1)).isInstanceOf(SizeOutOfRange.class);
  }

  private static long gib(String quantity) {
    return Quantity.getAmountInBytes(new Quantity(quantity)).longValueExact() / ControllerCalls.GIB;
  }

  private static long made(long gib) {
    return CreateVolumeCommand.from(request(gib).build(), "cn-bj2", "uk8s-x")
        .spec()
        .capacity()
        .size()
        .gib();
  }

  private static CreateVolumeRequest.Builder request(long gib) {
    CreateVolumeRequest.Builder request =
        ControllerCalls.createRequest("pvc-1")
            .clearParameters()
            .putAllParameters(storageClass().getParameters());
    request.getCapacityRangeBuilder().setRequiredBytes(gib * ControllerCalls.GIB);
    return request;
  }

  private static StorageClass storageClass() {
    return ExternalStorage.read(ExternalStorage.read().storageClass().file(), StorageClass.class);
  }

  @Test
  void itsClassesAreOfThisDriverAndLeaveNothing() {
    assertThat(storageClass().getProvisioner()).isEqualTo(told.name());
    assertThat(storageClass().getReclaimPolicy()).isEqualTo("Delete");
    assertThat(storageClass().getAllowVolumeExpansion()).isEqualTo(told.can("controllerExpansion"));
    JsonNode snapshots =
        ExternalStorage.read(ExternalStorage.read().snapshotClass().file(), JsonNode.class);
    assertThat(snapshots.fieldNames())
        .toIterable()
        .containsOnly("apiVersion", "kind", "metadata", "driver", "deletionPolicy");
    assertThat(snapshots.path("apiVersion").asText()).isEqualTo("snapshot.storage.k8s.io/v1");
    assertThat(snapshots.path("kind").asText()).isEqualTo("VolumeSnapshotClass");
    assertThat(snapshots.path("driver").asText()).isEqualTo(told.name());
    assertThat(snapshots.path("deletionPolicy").asText()).isEqualTo("Delete");
  }
}
