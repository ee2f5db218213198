package cn.ucloud.csi.udisk.controller.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.MadeFor;
import cn.ucloud.csi.udisk.common.model.QueueSettings;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.DiskType;
import cn.ucloud.csi.udisk.controller.model.Claim;
import cn.ucloud.csi.udisk.controller.model.ContentSource.OfSnapshot;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.ControllerUnpublishVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.ValidateVolumeCapabilitiesRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeContentSource;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CommandsTest {
  private static final long GIB = 1L << 30;
  private static final String ZONE_KEY = "topology.udisk.csi.ucloud.cn/zone";
  private static final String REGION_KEY = "topology.udisk.csi.ucloud.cn/region";

  @Test
  void aCompleteRequestIsRead() {
    CreateVolumeCommand command = create(request -> request);
    assertThat(command.name()).isEqualTo("pvc-1");
    assertThat(command.spec().capacity().size()).isEqualTo(DiskSize.ofGib(20));
    assertThat(command.spec().plan().types()).containsExactly(DiskType.RSSD);
    assertThat(command.spec().zones()).containsExactly("cn-bj2-02", "cn-bj2-05");
    assertThat(command.spec().name().marked()).isEqualTo("pvc-1_uk8s-x");
  }

  @Test
  void missingNameAndCapabilitiesAreNamed() {
    refused(request -> request.setName(""), "name is missing");
    refused(request -> request.clearVolumeCapabilities(), "volume_capabilities is missing");
  }

  @Test
  void theProvisionersOwnKeysAreLetThrough() {
    create(request -> request.putParameters("csi.storage.k8s.io/pvc/name", "data"));
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "1, 10", "10, 10", "15, 20", "8000, 8000"})
  void sizesAreRoundedUpToTens(long gib, int made) {
    CreateVolumeCommand command =
        create(request -> {
          request.getCapacityRangeBuilder().setRequiredBytes(gib * GIB);
          return request.putParameters("type", "ssd");
        });
    assertThat(command.spec().capacity().size()).isEqualTo(DiskSize.ofGib(made));
  }

  @Test
  void sizesThatNoDiskCanHaveAreOutOfRange() {
    assertThatThrownBy(() ->
            create(request -> {
              request.getCapacityRangeBuilder().setRequiredBytes(8001 * GIB);
              return request.putParameters("type", "ssd");
            }))
        .isInstanceOf(SizeOutOfRange.class)
        .hasMessageContaining("more than a disk of type ssd can have, 8000 GiB");
    assertThatThrownBy(() ->
            create(request -> {
              request.getCapacityRangeBuilder().setRequiredBytes(12 * GIB).setLimitBytes(15 * GIB);
              return request;
            }))
        .isInstanceOf(SizeOutOfRange.class)
        .hasMessageContaining("20 GiB");
    refused(
        request -> {
          request.getCapacityRangeBuilder().setRequiredBytes(-1);
          return request;
        },
        "capacity_range must not be negative");
    refused(
        request -> {
          request.getCapacityRangeBuilder().setRequiredBytes(20 * GIB).setLimitBytes(10 * GIB);
          return request;
        },
        "capacity_range must have limit_bytes of at least required_bytes");
  }

  @Test
  void placesOfOtherRegionsAreRefused() {
    refused(
        request ->
            request.setAccessibilityRequirements(
                TopologyRequirement.newBuilder()
                    .addRequisite(
                        Topology.newBuilder()
                            .putAllSegments(Map.of(REGION_KEY, "hk", ZONE_KEY, "hk-02")))),
        "names no place in region cn-bj2");
  }

  @Test
  void theClaimIsReadFromWhatTheProvisionerAdds() {
    CreateVolumeCommand command =
        create(request ->
            request
                .putParameters("csi.storage.k8s.io/pvc/name", "data")
                .putParameters("csi.storage.k8s.io/pvc/namespace", "shop"));
    assertThat(command.spec().placement().claim()).hasValue(new Claim("shop", "data", "pvc-1"));
    assertThat(create(request -> request).spec().placement().claim()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {
        "UNKNOWN",
        "MULTI_NODE_READER_ONLY",
        "MULTI_NODE_SINGLE_WRITER",
        "MULTI_NODE_MULTI_WRITER"
      })
  void severalNodesAtATimeAreRefused(Mode mode) {
    refused(request -> request.setVolumeCapabilities(0, capability(mode)), "volume_capabilities");
  }

  @Test
  void mutableParametersAreRefusedRatherThanIgnored() {
    refused(
        request -> request.putMutableParams("iops", "9"),
        "nothing about a UDisk can be modified later but its size");
  }

  @Test
  void howADiskIsTreatedIsReadAndCheckedBeforeAnythingIsMade() {
    assertThat(create(request -> request.putParameters("ioScheduler", "bfq")).queue())
        .isEqualTo(new QueueSettings(Map.of(QueueSettings.Setting.SCHEDULER, "bfq")));
    refused(
        request -> request.putParameters("readAheadKb", "130"),
        "parameters.readAheadKb must not be '130'; it must be a multiple of 4 from 0 to 65536");
  }

  @Test
  void theClaimIsReadAsTheProvisionerNamesIt() {
    assertThat(
            create(request ->
                    request
                        .putParameters("csi.storage.k8s.io/pvc/name", "data")
                        .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
                        .putParameters("csi.storage.k8s.io/pv/name", "pvc-1"))
                .madeFor())
        .contains(new MadeFor("shop", "data", "pvc-1"));
  }

  @Test
  void contentSourcesAreRead() {
    assertThat(create(request -> request).spec().source()).isEmpty();
    assertThat(
            create(
                    request -> {
                      request
                          .getVolumeContentSourceBuilder()
                          .getSnapshotBuilder()
                          .setSnapshotId("bsSnap-1");
                      return request;
                    })
                .spec()
                .source())
        .contains(new OfSnapshot(new SnapshotId("bsSnap-1")));
    refused(
        request -> request.setVolumeContentSource(VolumeContentSource.getDefaultInstance()),
        "volume_content_source must be a snapshot or a volume");
    refused(
        request -> {
          request.getVolumeContentSourceBuilder().getVolumeBuilder().setVolumeId("bsm-1");
          return request.putParameters("cmkId", "cmk-1");
        },
        "parameters.cmkId is not allowed for a copy");
  }

  @Test
  void aSnapshotNeedsANameAndASource() {
    CreateSnapshotRequest.Builder request = CreateSnapshotRequest.newBuilder();
    assertThatThrownBy(() -> CreateSnapshotCommand.from(request.build(), "uk8s-x"))
        .hasMessage("name is missing");
    request.setName("snapshot-1");
    assertThatThrownBy(() -> CreateSnapshotCommand.from(request.build(), "uk8s-x"))
        .hasMessage("source_volume_id is missing");
    request.setSourceVolumeId("bsm-1").putParameters("csi.storage.k8s.io/volumesnapshot/name", "x");
    assertThat(CreateSnapshotCommand.from(request.build(), "uk8s-x").spec().name().marked())
        .isEqualTo("snapshot-1_uk8s-x");
    request.setName("pvc-1_clone");
    assertThatThrownBy(() -> CreateSnapshotCommand.from(request.build(), "uk8s-x"))
        .hasMessage("name ends as the names of snapshots do that clones are made of");
    request.setName("snapshot-1").putParameters("fast", "yes");
    assertThatThrownBy(() -> CreateSnapshotCommand.from(request.build(), "uk8s-x"))
        .hasMessageContaining("parameters has the unknown key 'fast'");
  }

  @Test
  void aTypeThatIsTooSmallIsNoFallback() {
    CreateVolumeCommand command =
        create(request -> {
          request.getCapacityRangeBuilder().setRequiredBytes(9000 * GIB);
          return request.putParameters("type", "ssd,rssd");
        });
    assertThat(command.spec().plan().types()).containsExactly(DiskType.RSSD);
  }

  @Test
  void expansionNeedsASizeAndTellsBlockFromFilesystem() {
    ControllerExpandVolumeRequest.Builder request =
        ControllerExpandVolumeRequest.newBuilder().setVolumeId("bsm-1");
    assertThatThrownBy(() -> ExpandCommand.from(request.build()))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("capacity_range.required_bytes is missing");
    request.getCapacityRangeBuilder().setRequiredBytes(15 * GIB);
    ExpandCommand command = ExpandCommand.from(request.build());
    assertThat(command.capacity().size()).isEqualTo(DiskSize.ofGib(20));
    assertThat(command.isBlock()).isFalse();
    request.getVolumeCapabilityBuilder().getBlockBuilder();
    assertThat(ExpandCommand.from(request.build()).isBlock()).isTrue();
    request.getCapacityRangeBuilder().setLimitBytes(16 * GIB);
    assertThatThrownBy(() -> ExpandCommand.from(request.build()))
        .isInstanceOf(SizeOutOfRange.class);
  }

  @Test
  void publishNamesWhatIsMissing() {
    assertThatThrownBy(
            () -> PublishCommand.from(ControllerPublishVolumeRequest.getDefaultInstance()))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("volume_id is missing");
    ControllerPublishVolumeRequest.Builder request =
        ControllerPublishVolumeRequest.newBuilder().setVolumeId("bsm-1");
    assertThatThrownBy(() -> PublishCommand.from(request.build())).hasMessage("node_id is missing");
    request.setNodeId("uhost-a");
    assertThatThrownBy(() -> PublishCommand.from(request.build()))
        .hasMessage("volume_capability is missing");
    request.setVolumeCapability(capability(Mode.SINGLE_NODE_WRITER)).setReadonly(true);
    assertThatThrownBy(() -> PublishCommand.from(request.build()))
        .hasMessageContaining("readonly is not supported");
  }

  @Test
  void unpublishNeedsNoNode() {
    assertThat(
            UnpublishCommand.from(
                    ControllerUnpublishVolumeRequest.newBuilder().setVolumeId("bsm-1").build())
                .node())
        .isEmpty();
  }

  @Test
  void validationTellsTheFirstProblem() {
    ValidateVolumeCapabilitiesRequest.Builder request =
        ValidateVolumeCapabilitiesRequest.newBuilder().setVolumeId("bsm-1");
    assertThatThrownBy(() -> ValidateCommand.from(request.build()))
        .hasMessage("volume_capabilities is missing");
    request.addVolumeCapabilities(capability(Mode.SINGLE_NODE_WRITER));
    assertThat(ValidateCommand.from(request.build()).problem()).isEmpty();
    request.addVolumeCapabilities(capability(Mode.MULTI_NODE_MULTI_WRITER));
    assertThat(ValidateCommand.from(request.build()).problem())
        .hasValueSatisfying(text -> assertThat(text).contains("MULTI_NODE_MULTI_WRITER"));
  }

  private static void refused(UnaryOperator<CreateVolumeRequest.Builder> change, String sentence) {
    assertThatThrownBy(() -> create(change))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(sentence);
  }

  private static CreateVolumeCommand create(UnaryOperator<CreateVolumeRequest.Builder> change) {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.newBuilder()
            .setName("pvc-1")
            .addVolumeCapabilities(capability(Mode.SINGLE_NODE_WRITER))
            .putParameters("type", "rssd")
            .setAccessibilityRequirements(
                TopologyRequirement.newBuilder()
                    .addRequisite(zone("cn-bj2-05"))
                    .addRequisite(zone("cn-bj2-02"))
                    .addPreferred(zone("cn-bj2-02")));
    request.getCapacityRangeBuilder().setRequiredBytes(15 * GIB);
    return CreateVolumeCommand.from(change.apply(request).build(), "cn-bj2", "uk8s-x");
  }

  private static Topology zone(String zone) {
    return Topology.newBuilder()
        .putAllSegments(Map.of(REGION_KEY, "cn-bj2", ZONE_KEY, zone))
        .build();
  }

  private static VolumeCapability capability(Mode mode) {
    VolumeCapability.Builder capability = VolumeCapability.newBuilder();
    capability.getMountBuilder().setFsType("ext4");
    capability.getAccessModeBuilder().setMode(mode);
    return capability.build();
  }
}
