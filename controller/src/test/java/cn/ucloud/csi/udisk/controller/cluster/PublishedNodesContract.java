package cn.ucloud.csi.udisk.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.DeviceName;
import cn.ucloud.csi.udisk.common.model.DiskSize;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.PublishContext;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes.OnHost;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the driver's tests rely on in {@link PublishedNodes}. */
public abstract class PublishedNodesContract {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final VolumeId OTHER = new VolumeId("bsm-2");
  private static final NodeId A = new NodeId("uhost-a");
  private static final NodeId B = new NodeId("uhost-b");
  private static final DeviceName VDB = new DeviceName("vdb");
  private static final DiskSize TEN = DiskSize.ofGib(10);

  protected abstract PublishedNodes published();

  /** The host is a node, which its CSINode calls so. */
  protected abstract void node(NodeId host, NodeId csiId);

  /** A persistent volume of this driver. */
  protected abstract void volume(VolumeId disk);

  /** To a node that was registered before; not recorded as done. */
  protected abstract void attaching(VolumeId disk, NodeId csiId);

  /** The same, done, and what the node was told. */
  protected abstract void attached(VolumeId disk, NodeId csiId, PublishContext told);

  /** To a node that was registered before; attached once, and to be taken off again. */
  protected abstract void detaching(VolumeId disk, NodeId csiId);

  /** All that is there is known from now on, and this process acts. */
  protected abstract void know();

  @Test
  void beforeTheClusterIsKnownNothingIsConcluded() {
    volume(DISK);
    assertThatThrownBy(() -> published().view()).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> published().volumes()).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> published().isAttached(DISK, A)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> published().mayBeComing(DISK, A)).isInstanceOf(Unavailable.class);
    assertThat(published().mayHaveBeenMoving(DISK)).isTrue();
  }

  @Test
  void theVolumesOfThisDriverAreKnown() {
    volume(DISK);
    volume(OTHER);
    know();
    assertThat(published().volumes()).containsExactlyInAnyOrder(DISK, OTHER);
  }

  @Test
  void aHostIsCalledAsItsCsiNodeOrElseAsItself() {
    volume(DISK);
    node(A, new NodeId("10.9.0.1"));
    node(B, B);
    know();
    assertThat(listedOn(A)).hasValue(new NodeId("10.9.0.1"));
    assertThat(listedOn(B)).hasValue(B);
    assertThat(listedOn(new NodeId("uhost-x"))).hasValue(new NodeId("uhost-x"));
  }

  @Test
  void aNodeThatWasToldAnotherLetterOrSizeIsLeftOut() {
    volume(DISK);
    volume(OTHER);
    node(A, A);
    node(B, B);
    attached(DISK, A, told("vdb", TEN));
    attached(OTHER, B, told("vdb", TEN));
    know();
    assertThat(listed(DISK, A, VDB, TEN)).hasValue(A);
    assertThat(listed(DISK, A, new DeviceName("vdc"), TEN)).isEmpty();
    assertThat(listed(OTHER, B, VDB, DiskSize.ofGib(20))).isEmpty();
    assertThat(listed(DISK, B, new DeviceName("vdc"), TEN)).as("told nothing of it").hasValue(B);
  }

  @Test
  void aContextOfTheClosedDriverSaysNoSize() {
    volume(DISK);
    node(A, A);
    attached(DISK, A, new PublishContext(Optional.of(VDB), Optional.empty()));
    know();
    assertThat(listed(DISK, A, VDB, DiskSize.ofGib(20))).hasValue(A);
  }

  @Test
  void whatIsRecordedAsDoneIsAttachedThereAndNotComing() {
    volume(DISK);
    volume(OTHER);
    node(A, A);
    node(B, B);
    attached(DISK, A, told("vdb", TEN));
    attaching(OTHER, A);
    know();
    assertThat(published().isAttached(DISK, A)).isTrue();
    assertThat(published().mayBeComing(DISK, A)).isFalse();
    assertThat(published().isAttached(DISK, B)).isFalse();
    assertThat(published().mayBeComing(DISK, B)).isTrue();
    assertThat(published().isAttached(OTHER, A)).isFalse();
    assertThat(published().mayBeComing(OTHER, A)).isTrue();
    assertThat(published().mayBeComing(new VolumeId("bsm-9"), A)).isTrue();
  }

  @Test
  void whatWasToStayAttachedAndWhatWasNotThereNobodyHadAskedToMove() {
    VolumeId coming = new VolumeId("bsm-3");
    VolumeId free = new VolumeId("bsm-4");
    List.of(DISK, OTHER, coming, free).forEach(this::volume);
    node(A, A);
    attached(DISK, A, told("vdb", TEN));
    detaching(OTHER, A);
    attaching(coming, A);
    know();
    VolumeId made = new VolumeId("bsm-9");
    volume(made);
    assertThat(published().mayHaveBeenMoving(DISK)).isFalse();
    assertThat(published().mayHaveBeenMoving(OTHER)).as("being detached").isTrue();
    assertThat(published().mayHaveBeenMoving(coming)).as("being attached").isTrue();
    assertThat(published().mayHaveBeenMoving(free)).as("attached to none").isTrue();
    assertThat(published().mayHaveBeenMoving(made)).as("not there").isFalse();
  }

  private static PublishContext told(String device, DiskSize size) {
    return new PublishContext(Optional.of(new DeviceName(device)), Optional.of(size));
  }

  private Optional<NodeId> listedOn(NodeId host) {
    return listed(DISK, host, VDB, TEN);
  }

  private Optional<NodeId> listed(VolumeId disk, NodeId host, DeviceName device, DiskSize size) {
    return published()
        .view()
        .findNode(new OnHost(disk, host, Optional.empty(), Optional.of(device), size));
  }
}
