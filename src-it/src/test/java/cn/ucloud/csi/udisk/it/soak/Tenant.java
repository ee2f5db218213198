package cn.ucloud.csi.udisk.it.soak;

import static cn.ucloud.csi.udisk.it.soak.Sidecars.persist;
import static cn.ucloud.csi.udisk.it.soak.SoakCluster.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.call.CallFailed;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.StorageClass;
import cn.ucloud.csi.udisk.orchestrator.object.VolumeAttachment;
import csi.v1.CapacityRange;
import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.CreateSnapshotRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.DeleteSnapshotRequest;
import csi.v1.ListVolumesRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.Snapshot;
import csi.v1.Volume;
import csi.v1.VolumeContentSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** A pod that keeps a journal on its volume, of which no line may ever be missing. */
final class Tenant {
  private static final long GIB = 1L << 30;
  private static final int FIRST_GIB = 10;

  private final SoakCluster world;
  private final String name;
  private final PersistentVolume volume;
  private VolumeAttachment attachment;
  private Path mount;
  private int pods;
  private int lines;
  private int gib = FIRST_GIB;

  /** Moves in on a new volume. */
  Tenant(SoakCluster world, String name, String fsType, String node) {
    this(world, name, node, provisioned(world, name, fsType, node), 0);
  }

  private Tenant(SoakCluster world, String name, String node, PersistentVolume volume, int lines) {
    this.world = world;
    this.name = name;
    this.volume = volume;
    this.lines = lines;
    world.api().putVolumeInUse(volume.name(), volume.volumeHandle(), NAMESPACE, name, node);
    this.attachment = attached(node);
    this.mount = mounted();
  }

  private static PersistentVolume provisioned(
      SoakCluster world, String name, String fsType, String node) {
    world.api().putClaim(NAMESPACE, name, node);
    UUID uid = UUID.fromString(world.api().uid(NAMESPACE, name));
    StorageClass fast = StorageClass.of("ssd", fsType);
    return world
        .sidecars()
        .provision(new Claim(uid, NAMESPACE, name, FIRST_GIB * GIB, fast, Optional.of(node)));
  }

  String node() {
    return attachment.nodeName();
  }

  /** One more line, which is on the disk when this returns. */
  void write() throws IOException {
    byte[] line = (lines + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel journal =
        FileChannel.open(journal(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      var _ = journal.write(ByteBuffer.wrap(line));
      journal.force(true);
    }
    lines++;
  }

  void requireWhole() throws IOException {
    assertThat(Files.readAllLines(journal()))
        .as("%s of %s on %s", journal(), volume.volumeHandle(), node())
        .isEqualTo(IntStream.range(0, lines).mapToObj(Integer::toString).toList());
  }

  private Path journal() {
    return mount.resolve("journal");
  }

  void moveTo(String node) throws IOException {
    leave();
    world.api().putPod(NAMESPACE, name, node);
    attachment = attached(node);
    mount = mounted();
    requireWhole();
  }

  /**
   * Somebody detaches the disk; the attacher finds it missing in a list and attaches it again. To
   * the node that is a new device, so the pod ends and the next one has it.
   */
  void loseInTheConsole() throws IOException {
    world.region().console().detach(volume.volumeHandle());
    await()
        .until(() -> {
          list(world);
          attachment = world.sidecars().attach(volume, node());
          return world.loops().sandbox().hostOf(volume.volumeHandle()).isPresent();
        });
    note(attachment);
    unmount();
    mount = mounted();
    requireWhole();
  }

  /** As the attacher does every minute. */
  static void list(SoakCluster world) {
    var _ =
        world.sidecars().call(stub -> stub.listVolumes(ListVolumesRequest.getDefaultInstance()));
  }

  /** While mounted, by 10 GiB. */
  void grow() throws IOException {
    gib += FIRST_GIB;
    CapacityRange range = CapacityRange.newBuilder().setRequiredBytes(gib * GIB).build();
    ControllerExpandVolumeRequest inTheCloud =
        ControllerExpandVolumeRequest.newBuilder()
            .setVolumeId(volume.volumeHandle())
            .setCapacityRange(range)
            .build();
    var _ = world.sidecars().call(stub -> stub.controllerExpandVolume(inTheCloud));
    NodeExpandVolumeRequest onTheNode =
        NodeExpandVolumeRequest.newBuilder()
            .setVolumeId(volume.volumeHandle())
            .setVolumePath(mount.toString())
            .setStagingTargetPath(kubelet().directories().staging(volume).toString())
            .setCapacityRange(range)
            .build();
    var _ =
        persist(() ->
            Optional.of(
                world.loops().calls(node()).call(stub -> stub.nodeExpandVolume(onTheNode))));
    assertThat(Files.getFileStore(mount).getTotalSpace()).isGreaterThan(gib * GIB * 9 / 10);
    requireWhole();
  }

  /** A snapshot, and another tenant who finds in what is restored of it what was here. */
  void copy() throws IOException {
    CreateSnapshotRequest cut =
        CreateSnapshotRequest.newBuilder()
            .setName("snapshot-of-" + name)
            .setSourceVolumeId(volume.volumeHandle())
            .build();
    Snapshot snapshot =
        persist(() ->
            Optional.of(world.sidecars().call(stub -> stub.createSnapshot(cut)).getSnapshot())
                .filter(Snapshot::getReadyToUse));
    String copy = name + "-copy";
    world.api().putClaim(NAMESPACE, copy, node());
    Tenant other = new Tenant(world, copy, node(), restored(snapshot, copy), lines);
    other.requireWhole();
    other.write();
    other.moveOut();
    DeleteSnapshotRequest delete =
        DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId()).build();
    var _ = world.sidecars().call(stub -> stub.deleteSnapshot(delete));
  }

  private PersistentVolume restored(Snapshot snapshot, String copy) {
    CreateVolumeRequest request =
        CreateVolumeRequest.newBuilder()
            .setName("pvc-" + world.api().uid(NAMESPACE, copy))
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(gib * GIB))
            .addVolumeCapabilities(volume.access().toProto(true))
            .putParameters("type", "ssd")
            .putParameters("csi.storage.k8s.io/pvc/name", copy)
            .putParameters("csi.storage.k8s.io/pvc/namespace", NAMESPACE)
            .setVolumeContentSource(
                VolumeContentSource.newBuilder()
                    .setSnapshot(
                        VolumeContentSource.SnapshotSource.newBuilder()
                            .setSnapshotId(snapshot.getSnapshotId())))
            .build();
    Volume made = world.sidecars().call(stub -> stub.createVolume(request)).getVolume();
    return new PersistentVolume(
        request.getName(),
        made.getVolumeId(),
        made.getCapacityBytes(),
        volume.access(),
        made.getVolumeContextMap(),
        volume.accessibleFrom());
  }

  /** For good: the volume goes as well. */
  void moveOut() throws IOException {
    leave();
    world.sidecars().delete(volume);
    var _ = world.api().client().persistentVolumes().withName(volume.name()).delete();
    var _ =
        world
            .api()
            .client()
            .persistentVolumeClaims()
            .inNamespace(NAMESPACE)
            .withName(name)
            .delete();
  }

  private void leave() throws IOException {
    requireWhole();
    var _ = world.api().client().pods().inNamespace(NAMESPACE).withName(name).delete();
    unmount();
    world.sidecars().detach(attachment);
    world.api().deleteAttachment(attachment.name());
  }

  private VolumeAttachment attached(String node) {
    VolumeAttachment made = world.sidecars().attach(volume, node);
    note(made);
    return made;
  }

  private void note(VolumeAttachment made) {
    world.api().putAttachment(made.name(), made.nodeName(), volume.name(), made.publishContext());
  }

  /**
   * Kubelet and attacher together: where the disk has come back under another letter than was told,
   * the attacher finds that in a list, and kubelet looks at the attachment before it calls again.
   */
  private Path mounted() {
    pods++;
    var _ =
        persist(() -> {
          try {
            return Optional.of(kubelet().stage(volume));
          } catch (CallFailed e) {
            list(world);
            attachment = world.sidecars().attach(volume, node());
            throw e;
          }
        });
    return kubelet().publish(volume, pod());
  }

  private void unmount() {
    kubelet().unpublish(volume, pod());
    kubelet().unstage(volume);
  }

  private String pod() {
    return "pod-" + name + "-" + pods;
  }

  private Kubelet kubelet() {
    return world.loops().kubelet(node());
  }
}
