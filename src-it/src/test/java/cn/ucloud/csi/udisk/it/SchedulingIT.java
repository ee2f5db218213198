package cn.ucloud.csi.udisk.it;

import static cn.ucloud.csi.udisk.it.ControllerCalls.untilCertain;
import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.simulator.model.Disk;
import cn.ucloud.csi.udisk.simulator.model.DiskType;
import cn.ucloud.csi.udisk.simulator.model.HostSpec;
import csi.v1.ControllerPublishVolumeRequest;
import csi.v1.CreateVolumeRequest;
import csi.v1.NodeGetInfoRequest;
import csi.v1.NodeGetInfoResponse;
import csi.v1.Topology;
import csi.v1.TopologyRequirement;
import csi.v1.Volume;
import csi.v1.VolumeContentSource;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the closed driver's scheduler extender is for (known failures se25.01.07 and later), without
 * an extender: real node processes say what their hosts are, a real controller makes and attaches
 * the disks, and between them a scheduler knows only what Kubernetes tells it.
 */
class SchedulingIT {
  private static final String FAST_A = "uhost-a";
  private static final String FAST_B = "uhost-b";
  private static final String SLOW = "uhost-slow";
  private static final String FAR = "uhost-far";
  private static final int ROOM = 6;

  @TempDir(cleanup = CleanupMode.NEVER)
  private static Path directory;

  private static KubeApi api;
  private static Sandbox sandbox;
  private static ControllerCalls calls;
  private static List<Scheduler.Node> nodes;
  private static int claims;

  private final Scheduler scheduler = new Scheduler(7);
  private final List<Pod> pods = new ArrayList<>();

  /** A pod with its volume, on a node. */
  private record Pod(Volume volume, Scheduler.Node node) {
    String disk() {
      return volume.getVolumeId();
    }

    /** The node affinity that the provisioner writes on the persistent volume. */
    List<Map<String, String>> affinity() {
      return volume.getAccessibleTopologyList().stream().map(Topology::getSegmentsMap).toList();
    }
  }

  @BeforeAll
  static void start() {
    api = new KubeApi();
    sandbox = new Sandbox(directory, Duration.ofMillis(50), Duration.ZERO).actingIn(api);
    sandbox
        .simulator()
        .console()
        .addHost(HostSpec.of(SLOW, Sandbox.ZONE).withIp("10.9.0.4").withMachineType("N"));
    nodes =
        List.of(
            node(FAST_A, "10.9.0.1"),
            node(FAST_B, "10.9.0.2"),
            node(SLOW, "10.9.0.4"),
            node(FAR, "10.9.0.3"));
    sandbox.startController();
    calls = sandbox.calls();
  }

  private static Scheduler.Node node(String host, String name) {
    try (Plugin plugin =
        sandbox.startNode(
            "node-" + host, host, Map.of("--max-volumes-per-node", Integer.toString(ROOM)))) {
      NodeCalls asked = new NodeCalls(plugin.socket());
      NodeGetInfoResponse info =
          untilCertain(
              () -> asked.call(stub -> stub.nodeGetInfo(NodeGetInfoRequest.getDefaultInstance())));
      Map<String, String> segments = info.getAccessibleTopology().getSegmentsMap();
      api.putNode(name, host, segments);
      api.register(name, info.getNodeId());
      return new Scheduler.Node(name, host, segments, info.getMaxVolumesPerNode());
    }
  }

  @BeforeEach
  void migrations() {
    moveHosts("9001", "9002");
    sandbox.simulator().console().moveHost(FAR, "9003");
    nodes.forEach(scheduler::add);
  }

  /** The two fast hosts of the zone are in these RDMA clusters from now on. */
  private static void moveHosts(String a, String b) {
    sandbox.simulator().console().moveHost(FAST_A, a);
    sandbox.simulator().console().moveHost(FAST_B, b);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(sandbox.disks())
        .extracting(Disk::id)
        .containsExactlyInAnyOrderElementsOf(pods.stream().map(Pod::disk).toList());
    for (Pod pod : pods) {
      untilCertain(() -> calls.unpublish(pod.disk(), ""));
      untilCertain(() -> calls.delete(pod.disk()));
    }
    sandbox.simulator().console().soldOut(Sandbox.OTHER_ZONE, DiskType.RSSD, false);
  }

  @AfterAll
  static void stop() {
    sandbox.close();
    api.close();
  }

  @Test
  void aPodOfAnRssdDiskIsNeverOnAHostThatCannotTakeItAlsoAfterHostsHaveMoved() {
    for (int i = 0; i < 2 * ROOM; i++) {
      assertThat(start("rssd")).isPresent();
    }
    assertThat(pods).noneMatch(pod -> pod.node.host().equals(SLOW));
    moveHosts("9002", "9004"); // Nobody is told.
    for (Pod pod : List.copyOf(pods)) {
      Pod moved = reschedule(pod);
      assertThat(moved.node.host()).isNotEqualTo(SLOW);
      assertThat(moved.node.segments()).containsAllEntriesOf(pod.affinity().getFirst());
    }
  }

  @Test
  void aPodOfAnotherDiskIsOnAnyHostOfItsZone() {
    assertThat(start("ssd")).isPresent();
    Pod pod = pods.getFirst();
    String zone = zone(pod.node);
    for (int i = 0; i < 10; i++) {
      pod = reschedule(pod);
      assertThat(zone(pod.node)).isEqualTo(zone);
    }
  }

  @Test
  void aPodGoesToAnotherZoneWhereTheTypeIsSoldOutAndNothingIsLeftBehind() {
    sandbox.simulator().console().soldOut(Sandbox.OTHER_ZONE, DiskType.RSSD, true);
    for (int i = 0; i < ROOM; i++) {
      assertThat(start("rssd")).isPresent();
    }
    assertThat(pods).noneMatch(pod -> pod.node.host().equals(FAR));
  }

  /** Its node is gone, and no answer has reached the provisioner. */
  @Test
  void aClaimWhosePodIsNowInAnotherZoneGetsItsDiskThereAndNoneIsLeftBehind() {
    String claim = newClaim();
    Scheduler.Node far = nodes.getLast();
    Volume first = provision(claim, "ssd", nodes.getFirst()).orElseThrow();
    Volume second = provision(claim, "ssd", far).orElseThrow();
    pods.add(new Pod(second, far));
    assertThat(second.getVolumeId()).isNotEqualTo(first.getVolumeId());
    assertThat(pods.getFirst().affinity().getFirst()).containsAllEntriesOf(zoneOf(far));
    attach(second, far);
  }

  /** The scheduler chose a node of another zone, as it may do again and again. */
  @Test
  void aCloneIsMadeWhereItsSourceIsAndItsPodFollows() {
    Scheduler.Node here = nodes.getFirst();
    Volume source = provision(newClaim(), "ssd", here).orElseThrow();
    pods.add(new Pod(source, here));
    VolumeContentSource.Builder content = VolumeContentSource.newBuilder();
    content.getVolumeBuilder().setVolumeId(source.getVolumeId());
    CreateVolumeRequest request =
        request(newClaim(), "ssd", nodes.getLast()).setVolumeContentSource(content).build();
    Volume clone = untilCertain(() -> calls.create(request));
    Pod waiting = new Pod(clone, nodes.getLast());
    assertThat(waiting.affinity())
        .singleElement()
        .satisfies(at -> assertThat(at).containsAllEntriesOf(zoneOf(here)));
    Scheduler.Node there = scheduler.place(waiting.affinity(), _ -> true).orElseThrow();
    pods.add(new Pod(clone, there));
    attach(clone, there);
  }

  @Test
  void noHostIsGivenMoreDisksThanItTakes() {
    for (int i = 0; i < nodes.size() * ROOM; i++) {
      assertThat(start("ssd")).isPresent();
    }
    assertThat(start("ssd")).as("there is no room left").isEmpty();
    assertThat(nodes).allMatch(node -> scheduler.pods(node.name()) == ROOM);
  }

  @Test
  void theDisksOwnTypeCountsAndNotWhatIsWrittenOnItsVolume() {
    assertThat(startOn(FAST_A, "rssd")).isPresent();
    Pod pod = pods.getFirst();
    untilCertain(() -> calls.unpublish(pod.disk(), FAST_A));
    ControllerPublishVolumeRequest request =
        ControllerPublishVolumeRequest.newBuilder()
            .setVolumeId(pod.disk())
            .setNodeId(FAST_B)
            .setVolumeCapability(ControllerCalls.EXT4)
            .putVolumeContext("type", "ssd")
            .build();
    untilCertain(() -> calls.call(stub -> stub.controllerPublishVolume(request)));
    assertThat(sandbox.hostOf(pod.disk())).hasValue(FAST_B);
  }

  @Test
  void aLargeClusterNeedsNoOtherCallsThanASmallOne() {
    Set<Map<String, String>> few = callsOfOneStart();
    assertThat(few).isNotEmpty();
    for (int i = 0; i < 300; i++) {
      api.putNode("10.10.%d.%d".formatted(i / 100, i % 100), "uhost-x" + i, Map.of());
    }
    assertThat(few).containsAll(callsOfOneStart());
  }

  /**
   * Calls that can change something, and those that look at hosts, without what is the disk's own,
   * and without RDMA clusters: an earlier test moves the host between them. How often one of them
   * is repeated depends on how long the machine takes, and not on the nodes.
   */
  private Set<Map<String, String>> callsOfOneStart() {
    int before = sandbox.simulator().calls().all().size();
    assertThat(startOn(FAST_A, "rssd")).isPresent();
    return sandbox.simulator().calls().all().stream()
        .skip(before)
        .filter(call -> !call.action().equals("DescribeUDisk"))
        .map(call -> {
          Map<String, String> parameters = new TreeMap<>(call.parameters());
          parameters
              .keySet()
              .removeAll(List.of("Name", "UDiskId", "RdmaClusterId", "EnableCrossPodAttach"));
          parameters.put("Action", call.action());
          return parameters;
        })
        .collect(Collectors.toSet());
  }

  /** A new pod with a new claim; empty if there is no node for it. */
  private Optional<Scheduler.Node> start(String type) {
    return start(type, _ -> true);
  }

  private Optional<Scheduler.Node> startOn(String host, String type) {
    return start(type, node -> node.host().equals(host));
  }

  private Optional<Scheduler.Node> start(String type, Predicate<Scheduler.Node> selector) {
    String claim = newClaim();
    List<Volume> made = new ArrayList<>();
    Optional<Scheduler.Node> node =
        scheduler.place(
            List.of(),
            candidate -> {
              Optional<Volume> volume =
                  selector.test(candidate) ? provision(claim, type, candidate) : Optional.empty();
              volume.ifPresent(made::add);
              return volume.isPresent();
            });
    node.ifPresent(there -> {
      pods.add(new Pod(made.getFirst(), there));
      attach(made.getFirst(), there);
    });
    return node;
  }

  /**
   * As the provisioner does for a claim whose pod was placed; empty if the pod must go elsewhere.
   */
  private Optional<Volume> provision(String claim, String type, Scheduler.Node selected) {
    CreateVolumeRequest request = request(claim, type, selected).build();
    try {
      return Optional.of(untilCertain(() -> calls.create(request)));
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      return Optional.empty();
    }
  }

  private static CreateVolumeRequest.Builder request(
      String claim, String type, Scheduler.Node selected) {
    String uid = api.selectNode("shop", claim, selected.name());
    TopologyRequirement.Builder places =
        TopologyRequirement.newBuilder().addPreferred(topology(selected));
    nodes.forEach(node -> places.addRequisite(topology(node)));
    return ControllerCalls.createRequest("pvc-" + uid)
        .putParameters("type", type)
        .putParameters("csi.storage.k8s.io/pvc/name", claim)
        .putParameters("csi.storage.k8s.io/pvc/namespace", "shop")
        .setAccessibilityRequirements(places);
  }

  private static String newClaim() {
    String claim = "claim-" + ++claims;
    api.putClaim("shop", claim, "");
    return claim;
  }

  private static Topology topology(Scheduler.Node node) {
    return Topology.newBuilder().putAllSegments(node.segments()).build();
  }

  /** The pod ends where it is, and begins wherever its volume may be. */
  private Pod reschedule(Pod pod) {
    untilCertain(() -> calls.unpublish(pod.disk(), pod.node.host()));
    scheduler.remove(pod.node.name());
    Scheduler.Node there = scheduler.place(pod.affinity(), _ -> true).orElseThrow();
    attach(pod.volume, there);
    Pod moved = new Pod(pod.volume, there);
    pods.set(pods.indexOf(pod), moved);
    return moved;
  }

  private static void attach(Volume volume, Scheduler.Node node) {
    untilCertain(() -> calls.publish(volume.getVolumeId(), node.host()));
    assertThat(sandbox.hostOf(volume.getVolumeId())).hasValue(node.host());
  }

  private static Map<String, String> zoneOf(Scheduler.Node node) {
    return Map.of("topology.udisk.csi.ucloud.cn/zone", zone(node));
  }

  private static String zone(Scheduler.Node node) {
    return String.valueOf(node.segments().get("topology.udisk.csi.ucloud.cn/zone"));
  }
}
