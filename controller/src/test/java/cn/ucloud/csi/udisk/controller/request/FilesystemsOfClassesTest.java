package cn.ucloud.csi.udisk.controller.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.Topology;
import csi.v1.CreateVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which filesystems a claim and a StorageClass may ask for. */
final class FilesystemsOfClassesTest {
  private static VolumeCapability mount(String type) {
    VolumeCapability.Builder builder = VolumeCapability.newBuilder();
    builder.getMountBuilder().setFsType(type);
    builder.getAccessModeBuilder().setMode(Mode.SINGLE_NODE_WRITER);
    return builder.build();
  }

  @ParameterizedTest
  @EnumSource
  void allTypesOfTheListAreSupported(FilesystemType type) {
    assertThat(Capabilities.findProblem(mount(type.toString()))).isEmpty();
    assertThat(
            ClassParameters.read(
                Map.of("type", "ssd", "fsType", type.toString()), Optional.empty()))
        .isNotNull();
  }

  @Test
  void otherTypesAreRefusedAndTheListIsNamed() {
    assertThat(Capabilities.findProblem(mount("zfs")).orElseThrow())
        .contains("'zfs'; supported are ext4, xfs, btrfs");
    assertThatThrownBy(
            () -> ClassParameters.read(Map.of("type", "ssd", "fsType", "zfs"), Optional.empty()))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("'zfs'; allowed are ext4, xfs, btrfs");
  }

  @Test
  void nothingMeansTheDefault() {
    assertThat(Capabilities.findProblem(mount(""))).isEmpty();
    assertThat(ClassParameters.read(Map.of("type", "ssd"), Optional.empty())).isNotNull();
  }

  @Test
  void rawDisksAreSupportedOnOneNode() {
    VolumeCapability.Builder raw = VolumeCapability.newBuilder();
    raw.getBlockBuilder();
    raw.getAccessModeBuilder().setMode(Mode.SINGLE_NODE_WRITER);
    assertThat(Capabilities.findProblem(raw.build())).isEmpty();
    raw.getAccessModeBuilder().setMode(Mode.MULTI_NODE_MULTI_WRITER);
    assertThat(Capabilities.findProblem(raw.build()).orElseThrow()).contains("one node at a time");
  }

  @Test
  void typeOfTheClassAndOfTheClaimMustAgree() {
    Map<String, String> parameters = Map.of("type", "ssd", "fsType", "xfs");
    assertThat(ClassParameters.read(parameters, Optional.of(FilesystemType.XFS)).filesystem())
        .contains(FilesystemType.XFS);
    assertThatThrownBy(() -> ClassParameters.read(parameters, Optional.of(FilesystemType.EXT4)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("parameters.fsType is xfs, but csi.storage.k8s.io/fstype is ext4");
  }

  @Test
  void mkfsOptionsGoIntoTheVolumeContextAndBadOnesAreRefused() {
    CreateVolumeRequest.Builder request =
        CreateVolumeRequest.newBuilder()
            .setName("a")
            .addVolumeCapabilities(mount("xfs"))
            .putParameters("type", "ssd")
            .putParameters("inodesize", "1024");
    request
        .getAccessibilityRequirementsBuilder()
        .addRequisiteBuilder()
        .putSegments(Topology.ZONE_KEY, "hk-02");
    assertThat(CreateVolumeCommand.from(request.build(), "hk", "cluster").mkfs().toMap())
        .isEqualTo(Map.of("inodesize", "1024"));
    request.putParameters("bytesperinode", "16384");
    assertThatThrownBy(() -> CreateVolumeCommand.from(request.build(), "hk", "cluster"))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage("parameters.bytesperinode cannot be chosen for the filesystem xfs");
  }
}
