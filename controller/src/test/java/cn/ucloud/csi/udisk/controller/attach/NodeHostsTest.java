package cn.ucloud.csi.udisk.controller.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cn.ucloud.csi.udisk.common.concurrent.Progress;
import cn.ucloud.csi.udisk.common.error.DriverException.AttachedElsewhere;
import cn.ucloud.csi.udisk.common.error.DriverException.NotFound;
import cn.ucloud.csi.udisk.common.error.DriverException.OutcomeUnknown;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import cn.ucloud.csi.udisk.common.model.NodeId;
import cn.ucloud.csi.udisk.common.model.VolumeId;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Host;
import cn.ucloud.csi.udisk.common.ucloud.udisk.Standing;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDisk;
import cn.ucloud.csi.udisk.common.ucloud.udisk.UDiskStatus;
import cn.ucloud.csi.udisk.controller.cluster.ClusterView;
import cn.ucloud.csi.udisk.controller.cluster.ForceDetachPolicy;
import cn.ucloud.csi.udisk.controller.cluster.PublishedNodes;
import cn.ucloud.csi.udisk.controller.cluster.Scheduling;
import cn.ucloud.csi.udisk.controller.fixture.FakeCloud;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi;
import cn.ucloud.csi.udisk.controller.fixture.FakeDiskApi.Fault;
import cn.ucloud.csi.udisk.controller.fixture.FakeNodeDirectory;
import cn.ucloud.csi.udisk.controller.fixture.VirtualTime;
import cn.ucloud.csi.udisk.controller.fixture.Volumes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Node ids in both forms, and hosts, Nodes and disks that are gone (known failure D2.10). */
class NodeHostsTest {
  private static final VolumeId DISK = new VolumeId("bsm-1");
  private static final NodeId INSTANCE = new NodeId("uhost-a");
  private static final NodeId ADDRESS = new NodeId("10.9.0.97");
  private static final NodeId OTHER_ADDRESS = new NodeId("10.9.0.98");

  private final VirtualTime time = new VirtualTime();
  private final FakeDiskApi cloud = new FakeDiskApi(time);
  private final FakeNodeDirectory nodes = new FakeNodeDirectory();
  private final Volumes volumes =
      FakeCloud.volumes(
          cloud,
          new ClusterView(
              nodes, Scheduling.none(), ForceDetachPolicy.none(), PublishedNodes.none()),
          time);

  @BeforeEach
  void aFreeDisk() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.AVAILABLE, Optional.empty()));
    nodes.put(ADDRESS, Optional.of(INSTANCE));
    time.pass(Duration.ofMinutes(1));
  }

  @Test
  void anAddressMeansTheInstanceOfItsNode() {
    attach(ADDRESS);
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a");
    attach(ADDRESS);
    attach(INSTANCE);
    assertThat(cloud.orders).hasSize(1);
    detach(ADDRESS);
    assertThat(cloud.orders).containsExactly("attach bsm-1 uhost-a", "detach bsm-1 uhost-a");
  }

  @Test
  void anInstanceIdNeedsNoCluster() {
    nodes.isKnown = false;
    attach(INSTANCE);
    detach(INSTANCE);
    assertThat(disk().hostId()).isEmpty();
  }

  @Test
  void anAddressWithoutANodeIsNotFoundAndNothingIsSent() {
    nodes.clear();
    assertThatThrownBy(() -> attach(ADDRESS))
        .isInstanceOf(NotFound.class)
        .hasMessage("node 10.9.0.97 does not exist");
    assertThat(cloud.orders).isEmpty();
  }

  @Test
  void theDisksOwnHostAddressIsEnoughToDetachWhenTheNodeIsGone() {
    attach(ADDRESS);
    nodes.clear();
    nodes.isKnown = false;
    detach(ADDRESS);
    assertThat(disk().hostId()).isEmpty();
  }

  @Test
  void aDiskOnAHostThatIsGoneComesOffAlsoWhenNobodyKnowsTheAddressAnyMore() {
    nodes.clear();
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of(FakeDiskApi.GONE)));
    detach(ADDRESS);
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-gone");
    assertThat(disk().hostId()).isEmpty();
  }

  @Test
  void anAddressThatTheCloudKnowsOfTheHostIsEnoughToDetach() {
    cloud.put(FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of(FakeDiskApi.GONE)));
    cloud.put(
        new Host(
            FakeDiskApi.GONE, FakeDiskApi.ZONE, Optional.empty(), List.of(OTHER_ADDRESS.value())));
    nodes.clear();
    detach(ADDRESS);
    assertThat(disk().hostId()).as("that host has another address").isPresent();
    detach(OTHER_ADDRESS);
    assertThat(disk().hostId()).isEmpty();
  }

  @Test
  void aDiskOnAnotherHostIsLeftThere() {
    attach(INSTANCE);
    detach(OTHER_ADDRESS);
    nodes.put(OTHER_ADDRESS, Optional.of(new NodeId("uhost-b")));
    detach(OTHER_ADDRESS);
    assertThat(disk().hostId()).hasValue("uhost-a");
    assertThatThrownBy(() -> attach(OTHER_ADDRESS))
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessageContaining("uhost-a");
  }

  /** Private addresses are used again, by a later machine or in another VPC. */
  @Test
  void aNodeIsNotToldThatItHasADiskThatAnotherHostOfTheSameAddressHas() {
    UDisk elsewhere =
        FakeDiskApi.disk("bsm-1", "pvc-1", UDiskStatus.INUSE, Optional.of("uhost-other-a"));
    assertThat(elsewhere.hostIp()).hasValue(ADDRESS.value());
    cloud.put(elsewhere);
    cloud.put(FakeDiskApi.host("uhost-other-a", FakeDiskApi.ZONE, Optional.empty()));
    assertThatThrownBy(() -> attach(ADDRESS))
        .isInstanceOf(AttachedElsewhere.class)
        .hasMessageContaining("uhost-other-a");
    detach(ADDRESS);
    assertThat(cloud.orders).containsExactly("detach bsm-1 uhost-other-a");
  }

  @Test
  void anAttachByAddressWaitsUntilTheNodesAreKnown() {
    attach(ADDRESS);
    nodes.isKnown = false;
    assertThatThrownBy(() -> attach(ADDRESS)).isInstanceOf(Unavailable.class);
  }

  @Test
  void aDiskThatIsGoneIsDetachedWhateverTheNode() {
    nodes.clear();
    nodes.isKnown = false;
    volumes.detach(new VolumeId("bsm-gone"), Optional.of(ADDRESS), Progress.unwatched());
    assertThat(cloud.orders).isEmpty();
  }

  enum Loss {
    HOST,
    NODE,
    DISK
  }

  static List<Arguments> lossesInEveryOrder() {
    return Stream.of(INSTANCE, ADDRESS)
        .flatMap(node ->
            orders(List.of(), List.of(Loss.values())).stream()
                .map(losses -> Arguments.of(node, losses)))
        .toList();
  }

  /** All orders of some or all of {@code left}, after {@code begun}. */
  private static List<List<Loss>> orders(List<Loss> begun, List<Loss> left) {
    List<List<Loss>> found = new ArrayList<>();
    found.add(begun);
    for (Loss next : left) {
      List<Loss> longer = Stream.concat(begun.stream(), Stream.of(next)).toList();
      found.addAll(orders(longer, left.stream().filter(loss -> loss != next).toList()));
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("lossesInEveryOrder")
  void whateverIsLostInWhateverOrderTheDiskComesOff(NodeId node, List<Loss> losses) {
    attach(INSTANCE);
    for (Loss loss : losses) {
      time.pass(Duration.ofSeconds(1));
      switch (loss) {
        case NODE -> nodes.clear();
        case DISK -> cloud.remove("bsm-1");
        case HOST -> cloud.removeHost("uhost-a");
      }
    }
    detach(node);
    assertThat(cloud.existing()).allMatch(disk -> disk.hostId().isEmpty());
    detach(node);
  }

  @Test
  void aNodeThatIsGoneIsNoFinalAnswerWhileAnOrderMayStillBeDone() {
    cloud.faults.add(new Fault.Late(Duration.ofSeconds(60)));
    assertThatThrownBy(() -> attach(ADDRESS)).isInstanceOf(OutcomeUnknown.class);
    nodes.clear();
    assertThatThrownBy(() -> attach(ADDRESS)).isInstanceOf(OutcomeUnknown.class);
    time.pass(Duration.ofSeconds(75));
    detach(INSTANCE);
    assertThatThrownBy(() -> attach(ADDRESS)).isInstanceOf(NotFound.class);
  }

  @Test
  void anRssdDiskOfAnotherClusterIsAttachedAcrossClusters() {
    UDisk free = disk();
    cloud.put(
        new UDisk(
            free.id(),
            free.name(),
            free.zone(),
            free.size(),
            free.status(),
            free.type(),
            free.hostId(),
            free.hostIp(),
            free.deviceName(),
            false,
            free.createTime(),
            Optional.of("rdma-1"),
            Standing.GOOD));
    cloud.put(FakeDiskApi.host("uhost-a", FakeDiskApi.ZONE, Optional.of("rdma-1")));
    attach(INSTANCE);
    detach(INSTANCE);
    time.pass(FakeCloud.SETTLE);
    cloud.put(FakeDiskApi.host("uhost-a", FakeDiskApi.ZONE, Optional.of("rdma-9")));
    attach(INSTANCE);
    assertThat(cloud.orders)
        .containsExactly(
            "attach bsm-1 uhost-a", "detach bsm-1 uhost-a", "attach bsm-1 uhost-a across clusters");
  }

  private UDisk disk() {
    return cloud.existing().getFirst();
  }

  private void attach(NodeId node) {
    var _ = volumes.attach(DISK, node, Progress.unwatched());
  }

  private void detach(NodeId node) {
    volumes.detach(DISK, Optional.of(node), Progress.unwatched());
  }
}
