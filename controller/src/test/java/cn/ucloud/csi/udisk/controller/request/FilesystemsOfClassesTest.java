package cn.ucloud.csi.udisk.controller.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import java.util.Map;
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
    assertThat(ClassParameters.from(Map.of("type", "ssd", "fsType", type.toString()))).isNotNull();
  }

  @Test
  void otherTypesAreRefusedAndTheListIsNamed() {
    assertThat(Capabilities.findProblem(mount("zfs")).orElseThrow())
        .contains("zfs; supported are ext4, xfs, btrfs");
    assertThatThrownBy(() -> ClassParameters.from(Map.of("type", "ssd", "fsType", "zfs")))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("'zfs'; allowed are ext4, xfs, btrfs");
  }

  @Test
  void nothingMeansTheDefault() {
    assertThat(Capabilities.findProblem(mount(""))).isEmpty();
    assertThat(ClassParameters.from(Map.of("type", "ssd"))).isNotNull();
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
}
