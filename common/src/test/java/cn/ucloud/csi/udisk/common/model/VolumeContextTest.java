package cn.ucloud.csi.udisk.common.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import cn.ucloud.csi.udisk.common.model.VolumeContext.Content;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VolumeContextTest {
  @Test
  void whatIsWrittenIsRead() {
    for (VolumeContext context :
        new VolumeContext[] {
          context(Content.BLANK, Optional.empty(), Optional.of(FilesystemType.XFS)),
          context(Content.COPY, Optional.of(new VolumeId("bsm-1")), Optional.empty()),
          context(Content.COPY, Optional.empty(), Optional.empty()),
        }) {
      assertThat(VolumeContext.from(context.toMap(Optional.of("ssd")), Optional.empty()))
          .isEqualTo(context);
    }
  }

  @Test
  void theKeysAreThoseThatPersistentVolumesHoldFromNowOn() {
    assertThat(
            context(Content.COPY, Optional.of(new VolumeId("bsm-1")), Optional.empty())
                .toMap(Optional.of("ssd")))
        .isEqualTo(Map.of("type", "ssd", "content", "copy", "source", "bsm-1"));
    assertThat(
            context(Content.BLANK, Optional.empty(), Optional.of(FilesystemType.XFS))
                .toMap(Optional.empty()))
        .isEqualTo(Map.of("fsType", "xfs", "content", "blank"));
  }

  @Test
  void theClaimStandsUnderTheProvisionersKeys() {
    Map<String, String> keys =
        Map.of(
            "csi.storage.k8s.io/pvc/namespace", "shop",
            "csi.storage.k8s.io/pvc/name", "data-db-0",
            "csi.storage.k8s.io/pv/name", "pvc-1");
    VolumeContext context = VolumeContext.from(keys, Optional.empty());
    assertThat(context.madeFor()).contains(new MadeFor("shop", "data-db-0", "pvc-1"));
    assertThat(context.toMap(Optional.empty())).isEqualTo(keys);
    assertThat(
            VolumeContext.from(Map.of("csi.storage.k8s.io/pvc/name", "a b\n"), Optional.empty())
                .madeFor())
        .as("no name of Kubernetes")
        .isEmpty();
  }

  @Test
  void otherDriversContextsSayNothing() {
    assertThat(VolumeContext.from(Map.of("type", "ssd", "source", "x y"), Optional.empty()))
        .isEqualTo(context(Content.UNKNOWN, Optional.empty(), Optional.empty()));
  }

  @Test
  void aValueOfBlanksCountsAsAbsent() {
    assertThat(
            VolumeContext.from(
                Map.of("fsType", " ", "blocksize", "\t", "content", "copy", "source", " "),
                Optional.empty()))
        .isEqualTo(context(Content.COPY, Optional.empty(), Optional.empty()));
  }

  @Test
  void aSourceThatIsNoIdIsRefused() {
    assertThatThrownBy(
            () -> VolumeContext.from(Map.of("content", "copy", "source", "x y"), Optional.empty()))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aPartitionIsANumberAndZeroIsTheWholeDisk() {
    VolumeContext first = VolumeContext.from(Map.of("partition", " 1 "), Optional.empty());
    assertThat(first.partition()).contains(1);
    assertThat(VolumeContext.from(first.toMap(Optional.empty()), Optional.empty()))
        .isEqualTo(first);
    for (String whole : List.of("", "0")) {
      assertThat(VolumeContext.from(Map.of("partition", whole), Optional.empty()).partition())
          .isEmpty();
    }
    for (String strange : List.of("vdb1", "-1", "1.0", "9999")) {
      assertThatThrownBy(() -> VolumeContext.from(Map.of("partition", strange), Optional.empty()))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("volume_context.partition");
    }
  }

  private static VolumeContext context(
      Content content, Optional<VolumeId> copyOf, Optional<FilesystemType> filesystem) {
    return new VolumeContext(content, copyOf, filesystem, MkfsOptions.NONE);
  }
}
