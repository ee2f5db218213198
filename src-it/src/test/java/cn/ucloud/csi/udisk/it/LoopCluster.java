package cn.ucloud.csi.udisk.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import cn.ucloud.csi.udisk.orchestrator.Attacher;
import cn.ucloud.csi.udisk.orchestrator.ControllerPlugin;
import cn.ucloud.csi.udisk.orchestrator.Kubelet;
import cn.ucloud.csi.udisk.orchestrator.MountTable;
import cn.ucloud.csi.udisk.orchestrator.Provisioner;
import cn.ucloud.csi.udisk.orchestrator.call.CallListener;
import cn.ucloud.csi.udisk.orchestrator.call.CallSettings;
import cn.ucloud.csi.udisk.orchestrator.call.CsiSocket;
import cn.ucloud.csi.udisk.orchestrator.object.Claim;
import cn.ucloud.csi.udisk.orchestrator.object.Cluster;
import cn.ucloud.csi.udisk.orchestrator.object.PersistentVolume;
import cn.ucloud.csi.udisk.orchestrator.object.Provisioning;
import cn.ucloud.csi.udisk.orchestrator.object.StorageClass;
import cn.ucloud.csi.udisk.simulator.config.SimulatorConfig.HypervisorKind;
import cn.ucloud.csi.udisk.simulator.hypervisor.LoopHypervisor;
import csi.v1.CapacityRange;
import csi.v1.CreateVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeContentSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A region with real block devices, a controller, and two node processes with their kubelets.
 * Closing it leaves no process, no mount and no loop device, whatever happened before.
 */
public final class LoopCluster implements AutoCloseable {
  public static final String NODE_A = "node-a";
  public static final String NODE_B = "node-b";
  private static final Map<String, String> HOSTS = Map.of(NODE_A, "uhost-a", NODE_B, "uhost-b");
  private static final int UNMOUNT_ROUNDS = 50;

  private final Path directory;
  private final Sandbox sandbox;
  private final Cluster cluster = new Cluster("udisk.csi.ucloud.cn");
  private final Map<String, Plugin> nodes = new ConcurrentHashMap<>();
  private final Map<String, Kubelet> kubelets = new HashMap<>();
  private final Map<String, Map<String, String>> nodeFlags = new HashMap<>();

  /** Takes the real path, as mounts and loop devices are told by it. */
  public LoopCluster(Path directory) {
    Loops.assumeTheyCanBeMade();
    this.directory = directory;
    this.sandbox =
        new Sandbox(directory, HypervisorKind.LOOP, Duration.ofMillis(50), Duration.ofMillis(50));
  }

  /** The process of this node is to be started with these flags as well. */
  public LoopCluster withNodeFlags(String node, Map<String, String> flags) {
    nodeFlags.put(node, flags);
    return this;
  }

  LoopCluster start() {
    sandbox.startController();
    return startNodes();
  }

  /** For who starts controllers of his own. */
  public LoopCluster startNodes() {
    for (String node : List.of(NODE_A, NODE_B)) {
      Plugin plugin = startNode(node);
      Kubelet kubelet =
          new Kubelet(
              cluster,
              new Kubelet.Node(node, kubeletRoot(node), plugin.socket()),
              hasty(CallSettings.kubelet()),
              CallListener.NONE);
      kubelet.register();
      kubelets.put(node, kubelet);
    }
    return this;
  }

  public Sandbox sandbox() {
    return sandbox;
  }

  /** What the sidecars and kubelets know of each other. */
  public Cluster objects() {
    return cluster;
  }

  public Kubelet kubelet(String node) {
    return requireNonNull(kubelets.get(node));
  }

  /** Where the node process of this node listens. */
  CsiSocket socket(String node) {
    return requireNonNull(nodes.get(node)).socket();
  }

  Attacher attacher() {
    return new Attacher(cluster, controller(), hasty(CallSettings.attacher()), CallListener.NONE);
  }

  /** A volume of 10 GiB for a pod on this node. */
  PersistentVolume provision(String node, String claim) {
    return provision(node, claim, "ext4");
  }

  /** The same with another filesystem. */
  PersistentVolume provision(String node, String claim, String fsType) {
    StorageClass fast = StorageClass.of("ssd", fsType);
    Provisioning made =
        provisioner().provision(Claim.on(node, claim, 10 * ControllerCalls.GIB, fast));
    if (made instanceof Provisioning.Bound(PersistentVolume volume)) {
      return volume;
    }
    throw new AssertionError("no volume: " + made);
  }

  /** A volume of 20 GiB that is used as another one is, and begins with what the source holds. */
  PersistentVolume copy(PersistentVolume other, String name, VolumeContentSource source) {
    CreateVolumeRequest request =
        ControllerCalls.createRequest(name)
            .setCapacityRange(CapacityRange.newBuilder().setRequiredBytes(20 * ControllerCalls.GIB))
            .setVolumeContentSource(source)
            .build();
    Volume made = ControllerCalls.untilCertain(() -> sandbox.calls().create(request));
    return new PersistentVolume(
        name,
        made.getVolumeId(),
        made.getCapacityBytes(),
        other.access(),
        made.getVolumeContextMap(),
        other.accessibleFrom());
  }

  /** The node service of a node, asked directly. */
  public NodeCalls calls(String node) {
    return new NodeCalls(requireNonNull(nodes.get(node)).socket());
  }

  Path directory() {
    return directory;
  }

  void delete(PersistentVolume volume) {
    provisioner().delete(volume);
  }

  /** As {@code kill -9} does, followed by what kubelet does about it. */
  public void killAndRestart(String node) {
    process(node).kill();
    restart(node);
  }

  void restart(String node) {
    var _ = startNode(node);
  }

  public DriverProcess process(String node) {
    return requireNonNull(nodes.get(node)).process();
  }

  /** What the driver keeps on this node, as in {@code /run/udisk-csi}. */
  public Path stateDirectory(String node) {
    return directory.resolve(node + "-run");
  }

  /** In place of {@code /var/lib/kubelet}. */
  Path kubeletRoot(String node) {
    return directory.resolve("kubelet-" + node);
  }

  /** Where something is mounted, in the order in which it was. */
  public List<Path> mountPoints() {
    return MountTable.read().below(directory).stream().map(MountTable.Mount::point).toList();
  }

  /** The loop devices behind the region's disks. */
  public List<String> loops() {
    return Loops.below(directory);
  }

  @Override
  public void close() {
    nodes.values().forEach(plugin -> plugin.process().close());
    unmountAll();
    sandbox.close();
    LoopHypervisor.clean(directory.resolve("region"));
  }

  /** Closes it; nothing may be mounted or attached then. */
  public void closeLeavingNothing() {
    close();
    assertThat(mountPoints()).isEmpty();
    await().untilAsserted(() -> assertThat(loops()).isEmpty());
  }

  private Plugin startNode(String node) {
    Plugin plugin =
        sandbox.startNode(
            node, requireNonNull(HOSTS.get(node)), nodeFlags.getOrDefault(node, Map.of()));
    nodes.put(node, plugin);
    return plugin;
  }

  private Provisioner provisioner() {
    return new Provisioner(
        cluster, controller(), hasty(CallSettings.provisioner()), CallListener.NONE);
  }

  private ControllerPlugin controller() {
    return ControllerPlugin.await(
        sandbox.controllerSocket(), Duration.ofSeconds(10), CallListener.NONE);
  }

  private static CallSettings hasty(CallSettings settings) {
    return settings
        .withRetries(Duration.ofMillis(100), Duration.ofMillis(500))
        .withPatience(Duration.ofSeconds(40));
  }

  /** Newest first: what is mounted over or below another mount is newer than it. */
  private void unmountAll() {
    for (int round = 0; round < UNMOUNT_ROUNDS && !mountPoints().isEmpty(); round++) {
      String newest = mountPoints().getLast().toString();
      var _ = Shell.attempt("", "umount", "--lazy", newest);
    }
  }
}
