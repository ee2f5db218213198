package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.GIB;
import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_A;
import static cn.ucloud.csi.udisk.it.LoopCluster.NODE_B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.ControllerGetCapabilitiesRequest;
import csi.v1.ControllerServiceCapability.RPC;
import csi.v1.CreateSnapshotRequest;
import csi.v1.GetSnapshotRequest;
import csi.v1.Snapshot;
import csi.v1.VolumeContentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Restored and cloned volumes, from the API to the pod, with real filesystems and processes. */
class CopiesIT {
  private static final String POD = "pod-1";
  private static final byte[] CONTENT = new byte[3 << 20];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  @TempDir private Path directory;
  private LoopCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new LoopCluster(directory.toRealPath());
    cluster.start();
  }

  @AfterEach
  void stop() {
    cluster.closeLeavingNothing();
  }

  @Test
  void sidecarsAreToldOfSnapshotsAndClones() {
    assertThat(
            cluster
                .sandbox()
                .calls()
                .call(stub ->
                    stub.controllerGetCapabilities(
                        ControllerGetCapabilitiesRequest.getDefaultInstance()))
                .getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .contains(
            RPC.Type.CREATE_DELETE_SNAPSHOT,
            RPC.Type.LIST_SNAPSHOTS,
            RPC.Type.GET_SNAPSHOT,
            RPC.Type.CLONE_VOLUME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void snapshotOfAVolumeInUseIsRestoredBesideItAndOnAnotherNode(String fsType) throws IOException {
    PersistentVolume source = cluster.provision(NODE_A, "source", fsType);
    VolumeAttachment _ = cluster.attacher().attach(source, NODE_A);
    Kubelet a = cluster.kubelet(NODE_A);
    Path staging = a.stage(source);
    Path original = a.publish(source, POD);
    write(original.resolve("file"), CONTENT);
    VolumeContentSource.Builder snapshot = VolumeContentSource.newBuilder();
    snapshot.getSnapshotBuilder().setSnapshotId(snapshot(source));
    write(original.resolve("later"), CONTENT);

    PersistentVolume copy = cluster.copy(source, "pvc-restored", snapshot.build());
    assertIsUsedBesideItsSourceAndElsewhere(copy, a, staging, original);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void cloneIsUsedBesideItsSourceAndOnAnotherNode(String fsType) throws IOException {
    PersistentVolume source = cluster.provision(NODE_A, "source", fsType);
    VolumeAttachment first = cluster.attacher().attach(source, NODE_A);
    Kubelet a = cluster.kubelet(NODE_A);
    a.stage(source);
    write(a.publish(source, POD).resolve("file"), CONTENT);
    a.unpublish(source, POD);
    a.unstage(source);
    cluster.attacher().detach(first);

    VolumeContentSource.Builder clone = VolumeContentSource.newBuilder();
    clone.getVolumeBuilder().setVolumeId(source.volumeHandle());
    PersistentVolume copy = cluster.copy(source, "pvc-cloned", clone.build());
    VolumeAttachment onA = cluster.attacher().attach(copy, NODE_A);
    VolumeAttachment _ = cluster.attacher().attach(source, NODE_A);
    Path copyStaging = a.stage(copy);
    Path staging = a.stage(source);
    assertThat(uuid(copyStaging)).isNotEqualTo(uuid(staging));
    assertIsCopy(a.publish(copy, POD), a.publish(source, POD));
    a.unpublish(copy, POD);
    a.unstage(copy);
    cluster.attacher().detach(onA);

    assertMovesToTheOtherNode(copy);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void cloneOfAVolumeThatAPodWritesToIsUsedBesideItAndOnAnotherNode(String fsType)
      throws IOException {
    PersistentVolume source = cluster.provision(NODE_A, "source", fsType);
    VolumeAttachment _ = cluster.attacher().attach(source, NODE_A);
    Kubelet a = cluster.kubelet(NODE_A);
    Path staging = a.stage(source);
    Path original = a.publish(source, POD);
    write(original.resolve("file"), CONTENT);

    VolumeContentSource.Builder clone = VolumeContentSource.newBuilder();
    clone.getVolumeBuilder().setVolumeId(source.volumeHandle());
    PersistentVolume copy = cluster.copy(source, "pvc-cloned", clone.build());
    assertThat(cluster.sandbox().simulator().state().snapshots()).isEmpty();
    write(original.resolve("later"), CONTENT);
    assertIsUsedBesideItsSourceAndElsewhere(copy, a, staging, original);
  }

  private void assertIsUsedBesideItsSourceAndElsewhere(
      PersistentVolume copy, Kubelet a, Path staging, Path original) throws IOException {
    VolumeAttachment onA = cluster.attacher().attach(copy, NODE_A);
    Path copyStaging = a.stage(copy);
    assertThat(uuid(copyStaging)).isNotEqualTo(uuid(staging));
    assertIsCopy(a.publish(copy, POD), original);
    a.unpublish(copy, POD);
    a.unstage(copy);
    cluster.attacher().detach(onA);

    assertMovesToTheOtherNode(copy);
  }

  /** Equal in content, larger, and independent of each other. */
  private static void assertIsCopy(Path copy, Path original) throws IOException {
    assertThat(copy.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(copy.resolve("later")).doesNotExist();
    assertThat(Files.getFileStore(copy).getTotalSpace()).isGreaterThan(18 * GIB);
    write(copy.resolve("of-the-copy"), CONTENT);
    write(original.resolve("of-the-source"), CONTENT);
    assertThat(original.resolve("of-the-copy")).doesNotExist();
    assertThat(copy.resolve("of-the-source")).doesNotExist();
  }

  private void assertMovesToTheOtherNode(PersistentVolume copy) throws IOException {
    VolumeAttachment _ = cluster.attacher().attach(copy, NODE_B);
    Kubelet b = cluster.kubelet(NODE_B);
    b.stage(copy);
    Path there = b.publish(copy, POD);
    assertThat(there.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(there.resolve("of-the-copy")).hasBinaryContent(CONTENT);
    write(there.resolve("on-the-other-node"), CONTENT);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        int _ = channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private String snapshot(PersistentVolume volume) {
    Snapshot cut =
        untilCertain(() ->
                cluster
                    .sandbox()
                    .calls()
                    .call(stub ->
                        stub.createSnapshot(
                            CreateSnapshotRequest.newBuilder()
                                .setName("snapshot-1")
                                .setSourceVolumeId(volume.volumeHandle())
                                .build())))
            .getSnapshot();
    GetSnapshotRequest look =
        GetSnapshotRequest.newBuilder().setSnapshotId(cut.getSnapshotId()).build();
    await()
        .until(() ->
            untilCertain(() -> cluster.sandbox().calls().call(stub -> stub.getSnapshot(look)))
                .getSnapshot()
                .getReadyToUse());
    return cut.getSnapshotId();
  }

  private static String uuid(Path mounted) {
    String device = run("findmnt", "-n", "-o", "SOURCE", "--mountpoint", mounted.toString());
    return run("blkid", "-p", "-s", "UUID", "-o", "value", device);
  }

  private static String run(String... command) {
    String output = Shell.run(command);
    assertThat(output).as(String.join(" ", command)).isNotBlank();
    return output.strip();
  }
}
