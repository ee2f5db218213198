package cn.ucloud.csi.udisk.node.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.PreconditionFailed;
import cn.ucloud.csi.udisk.common.error.DriverException.SizeOutOfRange;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.FilesystemType;
import cn.ucloud.csi.udisk.common.model.MkfsOptions;
import cn.ucloud.csi.udisk.common.model.MkfsOptions.Setting;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeContext;
import cn.ucloud.csi.udisk.common.model.VolumeContext.Content;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.node.mount.MountOptions;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.VolumeCapability;
import csi.v1.VolumeCapability.AccessMode.Mode;
import csi.v1.VolumeCapability.BlockVolume;
import csi.v1.VolumeCapability.MountVolume;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandsTest {
  private static VolumeCapability capability(Mode mode, MountVolume mount) {
    VolumeCapability.Builder builder = VolumeCapability.newBuilder().setMount(mount);
    builder.getAccessModeBuilder().setMode(mode);
    return builder.build();
  }

  private static final VolumeCapability EXT4 =
      capability(
          Mode.SINGLE_NODE_MULTI_WRITER,
          MountVolume.newBuilder().setFsType("ext4").addMountFlags("noatime").build());

  private static StageCommand stage(UnaryOperator<NodeStageVolumeRequest.Builder> change) {
    return StageCommand.from(
        change
            .apply(
                NodeStageVolumeRequest.newBuilder()
                    .setVolumeId("bsm-a")
                    .setStagingTargetPath("/var/lib/kubelet/x")
                    .setVolumeCapability(EXT4)
                    .putPublishContext("deviceName", "vdb")
                    .putPublishContext("sizeGiB", "10"))
            .build());
  }

  private static PublishCommand publish(UnaryOperator<NodePublishVolumeRequest.Builder> change) {
    return PublishCommand.from(
        change
            .apply(
                NodePublishVolumeRequest.newBuilder()
                    .setVolumeId("bsm-a")
                    .setStagingTargetPath("/var/lib/kubelet/x")
                    .setTargetPath("/var/lib/kubelet/y")
                    .setVolumeCapability(EXT4))
            .build());
  }

  private static void assertInvalid(
      String field, UnaryOperator<NodeStageVolumeRequest.Builder> change) {
    assertThatThrownBy(() -> stage(change))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageStartingWith(field);
  }

  @Test
  void stageIsRead() {
    assertThat(stage(b -> b))
        .isEqualTo(
            new StageCommand(
                new VolumeId("bsm-a"),
                Path.of("/var/lib/kubelet/x"),
                new VolumeUse.Filesystem(FilesystemType.EXT4, new MountOptions(1024, "")),
                PublishContext.of(new DeviceName("vdb"), DiskSize.ofGib(10)),
                new VolumeContext(
                    Content.UNKNOWN, Optional.empty(), Optional.empty(), MkfsOptions.NONE)));
  }

  @Test
  void volumeForReadersOnlyIsStagedReadOnly() {
    VolumeUse use =
        stage(b ->
                b.setVolumeCapability(
                    capability(Mode.SINGLE_NODE_READER_ONLY, MountVolume.getDefaultInstance())))
            .use();
    assertThat(use)
        .isEqualTo(
            new VolumeUse.Filesystem(FilesystemType.EXT4, MountOptions.NONE.readOnly(), false));
  }

  @Test
  void whatTheDiskBeganWithIsRead() {
    for (VolumeContext origin :
        List.of(
            new VolumeContext(Content.BLANK, Optional.empty(), Optional.empty(), MkfsOptions.NONE),
            new VolumeContext(
                Content.COPY,
                Optional.of(new VolumeId("bsm-source")),
                Optional.empty(),
                MkfsOptions.NONE))) {
      StageCommand command = stage(b -> b.putAllVolumeContext(origin.toMap(Optional.of("ssd"))));
      assertThat(command.origin()).isEqualTo(origin);
    }
  }

  @Test
  void missingFieldsAreInvalid() {
    assertInvalid("volume_id", b -> b.clearVolumeId());
    assertInvalid("staging_target_path", b -> b.clearStagingTargetPath());
    assertInvalid("volume_capability", b -> b.clearVolumeCapability());
    assertInvalid(
        "volume_capability.access_mode",
        b -> b.setVolumeCapability(EXT4.toBuilder().clearAccessMode()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "/a/../b", "/a/./b", "/", "/a\nb"})
  void pathsThatCannotBeMeantAreInvalid(String path) {
    assertInvalid("staging_target_path", b -> b.setStagingTargetPath(path));
  }

  @Test
  void blockAccessIsReadAndReadOnlyForReaders() {
    VolumeCapability block = EXT4.toBuilder().setBlock(BlockVolume.getDefaultInstance()).build();
    VolumeCapability.Builder readers = block.toBuilder();
    readers.getAccessModeBuilder().setMode(Mode.SINGLE_NODE_READER_ONLY);
    assertThat(stage(b -> b.setVolumeCapability(block)).use()).isEqualTo(new VolumeUse.Raw(false));
    assertThat(stage(b -> b.setVolumeCapability(readers)).use()).isEqualTo(new VolumeUse.Raw(true));
    assertThat(publish(b -> b.setVolumeCapability(block)).raw()).isTrue();
    assertThat(publish(b -> b.setVolumeCapability(readers)).options().isReadOnly()).isTrue();
    assertThat(publish(b -> b).raw()).isFalse();
  }

  @Test
  void aFilesystemOfBlanksCountsAsNone() {
    Capability capability =
        Capability.from(
            VolumeCapability.newBuilder()
                .setMount(VolumeCapability.MountVolume.newBuilder().setFsType(" "))
                .setAccessMode(
                    VolumeCapability.AccessMode.newBuilder()
                        .setMode(VolumeCapability.AccessMode.Mode.SINGLE_NODE_WRITER))
                .build());
    assertThat(capability.filesystem()).isEmpty();
  }

  @Test
  void otherFilesystemsAreInvalidAndNoneMeansExt4() {
    assertInvalid(
        "volume_capability.mount.fs_type must be one of ext4, xfs, btrfs",
        b ->
            b.setVolumeCapability(
                capability(
                    Mode.SINGLE_NODE_WRITER, MountVolume.newBuilder().setFsType("zfs").build())));
    assertThat(
            stage(b ->
                    b.setVolumeCapability(
                        capability(Mode.SINGLE_NODE_WRITER, MountVolume.getDefaultInstance())))
                .use())
        .isEqualTo(new VolumeUse.Filesystem(FilesystemType.EXT4, MountOptions.NONE, false));
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, mode = EnumSource.Mode.MATCH_ANY, names = "MULTI_NODE.*")
  void modesForSeveralNodesAreInvalid(Mode mode) {
    assertInvalid(
        "volume_capability.access_mode",
        b -> b.setVolumeCapability(capability(mode, MountVolume.getDefaultInstance())));
  }

  @Test
  void publishIsReadOnlyIfAskedForOrForReaders() {
    assertThat(publish(b -> b).options()).isEqualTo(new MountOptions(1024, ""));
    assertThat(publish(b -> b.setReadonly(true)).options().isReadOnly()).isTrue();
    PublishCommand reader =
        publish(b ->
            b.setVolumeCapability(
                capability(Mode.SINGLE_NODE_READER_ONLY, MountVolume.getDefaultInstance())));
    assertThat(reader.options().isReadOnly()).isTrue();
    assertThat(reader.access()).isEqualTo(Access.READERS);
  }

  @Test
  void publishWithoutStagingPathIsForbidden() {
    assertThatThrownBy(() -> publish(b -> b.clearStagingTargetPath()))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> publish(b -> b.clearTargetPath())).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void undoingNeedsTheIdAndThePath() {
    assertThat(
            UnstageCommand.from(
                NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId("bsm-a")
                    .setStagingTargetPath("/x")
                    .build()))
        .isEqualTo(new UnstageCommand(new VolumeId("bsm-a"), Path.of("/x")));
    assertThatThrownBy(() -> UnstageCommand.from(NodeUnstageVolumeRequest.getDefaultInstance()))
        .isInstanceOf(InvalidRequest.class);
    assertThat(
            UnpublishCommand.from(
                NodeUnpublishVolumeRequest.newBuilder()
                    .setVolumeId("bsm-a")
                    .setTargetPath("/y")
                    .build()))
        .isEqualTo(new UnpublishCommand(new VolumeId("bsm-a"), Path.of("/y")));
    assertThatThrownBy(() -> UnpublishCommand.from(NodeUnpublishVolumeRequest.getDefaultInstance()))
        .isInstanceOf(InvalidRequest.class);
  }

  private static ExpandCommand expand(long required, long limit) {
    NodeExpandVolumeRequest.Builder request =
        NodeExpandVolumeRequest.newBuilder().setVolumeId("bsm-a").setVolumePath("/y");
    request.getCapacityRangeBuilder().setRequiredBytes(required).setLimitBytes(limit);
    return ExpandCommand.from(request.build());
  }

  @Test
  void rangeOfAnExpansionIsRead() {
    assertThat(expand(5, 0))
        .isEqualTo(new ExpandCommand(new VolumeId("bsm-a"), Path.of("/y"), 5, Optional.empty()));
    assertThat(expand(0, 7).limitBytes()).contains(7L);
    assertThatThrownBy(() -> expand(8, 7)).isInstanceOf(SizeOutOfRange.class);
    assertThatThrownBy(() -> expand(-1, 0)).isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> ExpandCommand.from(NodeExpandVolumeRequest.getDefaultInstance()))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void thereIsNoVolumeAtAPathAtWhichNoneCanBe() {
    assertThatThrownBy(() ->
            ExpandCommand.from(
                NodeExpandVolumeRequest.newBuilder()
                    .setVolumeId("bsm-a")
                    .setVolumePath("some/path")
                    .build()))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("some/path");
    assertThatThrownBy(() ->
            StatsQuery.from(
                NodeGetVolumeStatsRequest.newBuilder()
                    .setVolumeId("bsm-a")
                    .setVolumePath("some/path")
                    .build()))
        .isInstanceOf(NotFound.class);
    assertThatThrownBy(() ->
            StatsQuery.from(NodeGetVolumeStatsRequest.newBuilder().setVolumeId("bsm-a").build()))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void filesystemOfTheClassCountsWhereTheClaimNamesNone() {
    UnaryOperator<NodeStageVolumeRequest.Builder> ofClass =
        b ->
            b.putAllVolumeContext(
                new VolumeContext(
                        Content.BLANK,
                        Optional.empty(),
                        Optional.of(FilesystemType.XFS),
                        new MkfsOptions(Map.of(Setting.INODE_SIZE, 1024L)))
                    .toMap(Optional.of("ssd")));
    StageCommand unnamed =
        stage(b ->
            ofClass
                .apply(b)
                .setVolumeCapability(
                    capability(Mode.SINGLE_NODE_WRITER, MountVolume.getDefaultInstance())));
    assertThat(unnamed.use())
        .isEqualTo(new VolumeUse.Filesystem(FilesystemType.XFS, MountOptions.NONE));
    assertThat(unnamed.origin().mkfs())
        .isEqualTo(new MkfsOptions(Map.of(Setting.INODE_SIZE, 1024L)));
    assertThat(stage(ofClass).use())
        .isEqualTo(new VolumeUse.Filesystem(FilesystemType.EXT4, new MountOptions(1024, "")));
    assertInvalid("volume_context.blocksize", b -> b.putVolumeContext("blocksize", "65536"));
  }

  @Test
  void pathThatNoFilesystemCanHoldIsRefusedBeforeAnythingIsDone() {
    String longestName = "/var/lib/kubelet/" + "n".repeat(255);
    assertThat(stage(r -> r.setStagingTargetPath(longestName)).stagingPath())
        .hasToString(longestName);
    String longest = "/" + "n/".repeat(2046) + "nn";
    assertThat(stage(r -> r.setStagingTargetPath(longest)).stagingPath()).hasToString(longest);
    for (String tooLong : List.of(longestName + "n", "/" + "\u4e2d".repeat(86), longest + "n")) {
      assertThatThrownBy(() -> stage(r -> r.setStagingTargetPath(tooLong)))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("staging_target_path must not be longer than");
    }
  }
}
