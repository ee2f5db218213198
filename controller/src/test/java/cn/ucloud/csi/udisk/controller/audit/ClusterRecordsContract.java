package cn.ucloud.csi.udisk.controller.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.SnapshotId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.audit.ClusterRecords.View;
import cn.ucloud.csi.udisk.controller.model.ListedDisk;
import cn.ucloud.csi.udisk.controller.model.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the audit's tests rely on in {@link ClusterRecords} and {@link SnapshotRecords}. */
public abstract class ClusterRecordsContract {
  private static final String UID = "6a9c1f0e-0000-4000-8000-000000000001";
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final VolumeId OTHER = new VolumeId("bsm-2");

  protected abstract ClusterRecords records();

  /** The host is a node. */
  protected abstract void node(String host, String address);

  /** A persistent volume of this driver has the disk. */
  protected abstract void volume(VolumeId disk);

  /** A VolumeAttachment of the disk's persistent volume, which may be gone, to the host's node. */
  protected abstract void attachment(VolumeId disk, String host);

  /**
   * A claim that waits for its volume.
   *
   * @return its UID
   */
  protected abstract String claim();

  /** The claim of this UID has its volume. */
  protected abstract void bind(String uid);

  /** A VolumeSnapshotContent names the snapshot. */
  protected abstract void content(SnapshotId snapshot);

  /** The content of that VolumeSnapshot names none yet. */
  protected abstract void emptyContent(String uid);

  /** The cluster serves no VolumeSnapshotContents. */
  protected abstract void noContents();

  /** All that is there is known from now on. */
  protected abstract void know();

  /** The API server does not answer any more. */
  protected abstract void away();

  @Test
  void beforeTheClusterIsKnownNothingIsConcluded() {
    volume(DISK);
    assertThatThrownBy(() -> records().view()).isInstanceOf(Unavailable.class);
  }

  @Test
  void aDiskHasAVolumeThatNamesIt() {
    volume(DISK);
    know();
    assertThat(records().view().hasVolume(DISK)).isTrue();
    assertThat(records().view().hasVolume(OTHER)).isFalse();
  }

  @Test
  void aHostIsANodeByItsIdOrItsAddress() {
    node("uhost-a", "10.9.0.1");
    know();
    View view = records().view();
    assertThat(view.isNode(on("uhost-a", "10.0.0.0", DISK))).isTrue();
    assertThat(view.isNode(on("uhost-new", "10.9.0.1", DISK))).isTrue();
    assertThat(view.isNode(on("uhost-c", "10.0.0.0", DISK))).isFalse();
    assertThat(view.isNode(free(DISK, "pvc-1_uk8s-x"))).isFalse();
  }

  @Test
  void anAttachmentOfItsVolumeIsWhyAHostHasADisk() {
    node("uhost-a", "10.9.0.1");
    node("uhost-b", "10.9.0.2");
    volume(DISK);
    volume(OTHER);
    attachment(DISK, "uhost-a");
    know();
    View view = records().view();
    assertThat(view.mayBeAttached(on("uhost-a", "10.9.0.1", DISK))).isTrue();
    assertThat(view.mayBeAttached(on("uhost-a", "10.9.0.1", OTHER))).isFalse();
    assertThat(view.mayBeAttached(on("uhost-b", "10.9.0.2", DISK))).isFalse();
  }

  @Test
  void anAttachmentWhoseVolumeIsGoneMayBeOfAnyDiskThere() {
    node("uhost-a", "10.9.0.1");
    node("uhost-b", "10.9.0.2");
    volume(DISK);
    attachment(new VolumeId("bsm-gone"), "uhost-a");
    know();
    View view = records().view();
    assertThat(view.mayBeAttached(on("uhost-a", "10.9.0.1", DISK))).isTrue();
    assertThat(view.mayBeAttached(on("uhost-a", "10.9.0.1", OTHER))).isTrue();
    assertThat(view.mayBeAttached(on("uhost-b", "10.9.0.2", DISK))).isFalse();
  }

  @Test
  void aDiskIsWantedByItsVolumeOrByTheClaimWhoseUidItsNameCarries() {
    volume(DISK);
    ListedDisk waitedFor = free(OTHER, "pvc-" + claim() + "_uk8s-x");
    ListedDisk leaked = free(new VolumeId("bsm-3"), "pvc-" + UID + "_uk8s-x");
    assertThat(records().wanted(List.of(free(DISK, "by hand"), waitedFor, leaked)))
        .containsExactlyInAnyOrder(DISK, OTHER);
  }

  @Test
  void anInterimSnapshotIsAwaitedByTheClaimThatWaitsAndWhoseUidItsNameCarries() {
    String uid = claim();
    Snapshot waitedFor = snapshot("bsSnap-1", "pvc-" + uid + "_clone_uk8s-x");
    Snapshot left = snapshot("bsSnap-2", "pvc-" + UID + "_clone_uk8s-x");
    Snapshot anyones = snapshot("bsSnap-3", "pvc-cut-0123456789abcdef_clone_uk8s-x");
    assertThat(records().awaited(List.of(waitedFor, left, anyones)))
        .containsExactlyInAnyOrder(waitedFor.id(), anyones.id());
    bind(uid);
    assertThat(records().awaited(List.of(waitedFor, left, anyones))).isEmpty();
  }

  @Test
  void aSnapshotIsOnRecordByItsContentOrByTheUidThatItsNameCarries() {
    content(new SnapshotId("bsSnap-1"));
    emptyContent(UID);
    assertThat(records().snapshots().exist()).isTrue();
    assertThat(
            records()
                .snapshots()
                .among(
                    List.of(
                        snapshot("bsSnap-1", "by hand"),
                        snapshot("bsSnap-2", "snapshot-" + UID + "_uk8s-x"),
                        snapshot(
                            "bsSnap-3", "snapshot-6a9c1f0e-0000-4000-8000-000000000003_uk8s-x"))))
        .containsExactlyInAnyOrder(new SnapshotId("bsSnap-1"), new SnapshotId("bsSnap-2"));
  }

  @Test
  void aClusterMayHaveNoRecordsOfSnapshots() {
    noContents();
    assertThat(records().snapshots().exist()).isFalse();
  }

  @Test
  void whatTheApiServerDoesNotSayNowIsNotConcluded() {
    away();
    assertThatThrownBy(() -> records().wanted(List.of())).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> records().awaited(List.of())).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> records().snapshots().among(List.of()))
        .isInstanceOf(Unavailable.class);
  }

  private static ListedDisk on(String host, String address, VolumeId disk) {
    return new ListedDisk(
        disk,
        "pvc-1_uk8s-x",
        DiskSize.ofGib(10),
        1,
        Optional.of(new NodeId(host)),
        Optional.of(address));
  }

  private static ListedDisk free(VolumeId disk, String name) {
    return new ListedDisk(disk, name, DiskSize.ofGib(10), 1, Optional.empty(), Optional.empty());
  }

  private static Snapshot snapshot(String id, String name) {
    return new Snapshot(
        new SnapshotId(id), name, new VolumeId("bsm-1"), DiskSize.ofGib(10), Instant.EPOCH, true);
  }
}
