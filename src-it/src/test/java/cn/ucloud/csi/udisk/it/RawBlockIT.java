package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_B;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.ControllerExpandVolumeResponse;
import csi.v1.CreateVolumeRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A volume that a pod uses as a disk, from the API to the device in the pod, and on a second node.
 */
class RawBlockIT {
  private static final int HEAD = 160 << 20;
  private static final byte[] NOISE = new byte[1 << 20];

  static {
    new Random(11).nextBytes(NOISE);
  }

  @TempDir private Path directory;
  private LoopCluster cluster;
  private Path staging;
  private Path target;

  @BeforeEach
  void start() throws IOException {
    cluster = new LoopCluster(directory.toRealPath());
    cluster.start();
    Path devices = cluster.directory().resolve("kubelet/plugins/kubernetes.io/csi/volumeDevices");
    staging = Files.createDirectories(devices.resolve("staging/pvc-raw"));
    target = Files.createDirectories(devices.resolve("publish/pvc-raw")).resolve("pod-1");
  }

  @AfterEach
  void stop() {
    cluster.closeLeavingNothing();
  }

  @Test
  void podHasTheDiskItselfWhichGrowsWithoutAByteBeingChanged() throws Exception {
    CreateVolumeRequest request =
        ControllerCalls.createRequest("pvc-raw")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(RawVolume.CAPABILITY)
            .build();
    String volume = untilCertain(() -> calls().create(request)).getVolumeId();
    use(volume, NODE_A, "uhost-a");
    assertThat(size(target)).isEqualTo(10 * GIB);
    // Bytes that a driver which looks inside would take for a filesystem to grow.
    fill();
    Shell.run("mkfs.ext4", "-q", "-F", target.toString(), "128M");
    String before = digest();

    ControllerExpandVolumeResponse grown =
        untilCertain(() ->
            calls()
                .call(stub ->
                    stub.controllerExpandVolume(
                        ControllerExpandVolumeRequest.newBuilder()
                            .setVolumeId(volume)
                            .setVolumeCapability(RawVolume.CAPABILITY)
                            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20 * GIB))
                            .build())));
    assertThat(grown.getNodeExpansionRequired()).isFalse();
    assertThat(expand(volume)).isEqualTo(20 * GIB);
    assertThat(size(target)).isEqualTo(20 * GIB);
    assertThat(digest()).isEqualTo(before);

    free(volume, NODE_A, "uhost-a");
    use(volume, NODE_B, "uhost-b");
    assertThat(digest()).isEqualTo(before);
    free(volume, NODE_B, "uhost-b");
    untilCertain(() -> calls().delete(volume));
  }

  private ControllerCalls calls() {
    return cluster.sandbox().calls();
  }

  private void use(String volume, String node, String host) {
    Map<String, String> context = untilCertain(() -> calls().publish(volume, host));
    RawVolume raw = new RawVolume(volume, staging, target, context);
    for (int twice = 0; twice < 2; twice++) {
      var _ =
          untilCertain(() -> cluster.calls(node).call(stub -> stub.nodeStageVolume(raw.stage())));
      var _ =
          untilCertain(
              () -> cluster.calls(node).call(stub -> stub.nodePublishVolume(raw.publish())));
    }
    assertThat(cluster.mountPoints()).containsExactly(target);
  }

  private void free(String volume, String node, String host) {
    NodeUnpublishVolumeRequest unpublish =
        NodeUnpublishVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setTargetPath(target.toString())
            .build();
    NodeUnstageVolumeRequest unstage =
        NodeUnstageVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setStagingTargetPath(staging.toString())
            .build();
    var _ =
        untilCertain(() -> cluster.calls(node).call(stub -> stub.nodeUnpublishVolume(unpublish)));
    var _ = untilCertain(() -> cluster.calls(node).call(stub -> stub.nodeUnstageVolume(unstage)));
    assertThat(cluster.mountPoints()).isEmpty();
    assertThat(target).doesNotExist();
    untilCertain(() -> calls().unpublish(volume, host));
  }

  private long expand(String volume) {
    NodeExpandVolumeRequest request =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(volume)
            .setVolumePath(target.toString())
            .setVolumeCapability(RawVolume.CAPABILITY)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20 * GIB))
            .build();
    return untilCertain(() -> cluster.calls(NODE_A).call(stub -> stub.nodeExpandVolume(request)))
        .getCapacityBytes();
  }

  private static long size(Path device) throws IOException {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      return channel.size();
    }
  }

  private void fill() throws IOException {
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      for (long at : List.of(5 * GIB, 10 * GIB - NOISE.length)) {
        assertThat(channel.write(ByteBuffer.wrap(NOISE), at)).isEqualTo(NOISE.length);
      }
      channel.force(true);
    }
  }

  /**
   * Of all that was written, with what surrounds it; {@code VolumeExpanderTest} of the node reads a
   * whole disk, which takes too long for one of 10 GiB.
   */
  private String digest() throws IOException, NoSuchAlgorithmException {
    MessageDigest sum = MessageDigest.getInstance("SHA-256");
    ByteBuffer buffer = ByteBuffer.allocateDirect(HEAD);
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ)) {
      for (long at : List.of(0L, 5 * GIB, 10 * GIB - HEAD)) {
        buffer.clear();
        while (buffer.hasRemaining()) {
          assertThat(channel.read(buffer, at + buffer.position())).isPositive();
        }
        sum.update(buffer.flip());
      }
      return HexFormat.of().formatHex(sum.digest());
    }
  }
}
